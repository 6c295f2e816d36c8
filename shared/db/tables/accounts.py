"""Who may call the API: accounts with their plan, the sessions they signed in to, and API keys.

An account owns jobs, articles and batches: its id is their `owner_id`. One without an e-mail address cannot sign in; it
is a service's, reached by API keys alone.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db.base import Types, metadata

# How much an account may ask for: data, so that an operator changes it with one UPDATE. Orders are what costs money.
plans = Table(
    "plans",
    metadata,
    Column("name", Text, primary_key=True),
    Column("requests_per_minute", Integer, nullable=False),
    Column("orders_per_minute", Integer, nullable=False),
    Column("batch_items", Integer, nullable=False),
    # Files that an account may keep, in bytes.
    Column("storage_bytes", BigInteger, nullable=False, server_default=text("2147483648")),
    CheckConstraint("storage_bytes >= 0", name="storage_bytes"),
    CheckConstraint("requests_per_minute > 0 AND orders_per_minute > 0", name="rates"),
    CheckConstraint("batch_items BETWEEN 1 AND 1000", name="batch_items"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("email", Text),
    # Lower-case and normalised: what makes an address one account's.
    Column("email_key", Text, unique=True),
    Column("password_hash", Text),
    Column("name", Text, nullable=False),
    Column("native_language", Text),
    Column("role", Text, nullable=False, server_default="student"),
    Column("plan", Text, ForeignKey("plans.name"), nullable=False, server_default="free"),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("updated_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("disabled_at", Types.moment),
    CheckConstraint("role IN ('student', 'tutor', 'admin')", name="role"),
    CheckConstraint(
        "(email IS NULL) = (password_hash IS NULL) AND (email IS NULL) = (email_key IS NULL)", name="sign_in"
    ),
)

# One row a sign-in: the family of refresh tokens that follow from it.
sessions = Table(
    "sessions",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("account_id", Types.id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("expires_at", Types.moment, nullable=False),
    Column("revoked_at", Types.moment),
    Column("revoked_reason", Text),
    CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    # SHA-256: the token itself is 256 random bits.
    Column("token_hash", LargeBinary, primary_key=True),
    Column("session_id", Types.id, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("used_at", Types.moment),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Types.id, primary_key=True),
    Column("owner_id", Types.id, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    # SHA-256: the key itself is 256 random bits, so nothing slower is needed.
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{read,write}'")),
    Column("created_at", Types.moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("last_used_at", Types.moment),
    Column("revoked_at", Types.moment),
    CheckConstraint("cardinality(scopes) > 0 AND scopes <@ '{read,write,admin}'", name="scopes"),
)
