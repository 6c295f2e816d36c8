"""What clients send to have an account, to sign in and to manage keys, and what they get."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from services.api.auth import Plan, Role, Scope

LEAST_PASSWORD, MOST_PASSWORD = 10, 128  # characters, in NFC
MOST_NAME = 100  # characters
MOST_EMAIL = 254  # characters: RFC 5321, section 4.5.3.1.3, without the angle brackets

PASSWORD = f"{LEAST_PASSWORD} to {MOST_PASSWORD} characters, any; not the e-mail address."
DEFAULT_SCOPES: tuple[Scope, ...] = ("read", "write")


def _told(description: str, **extra: Any) -> Meta:  # noqa: ANN401 - whatever a schema may hold
    """Limits for the document alone: registrations.py holds them, because it names all bad fields and not the first."""
    return Meta(extra_json_schema={"description": description, "extra": extra})


Email = Annotated[str, _told("The address to sign in with.", format="email", max_length=MOST_EMAIL)]
Name = Annotated[str, _told("What to call the person.", min_length=1, max_length=MOST_NAME)]
NewPassword = Annotated[str, _told(PASSWORD, min_length=LEAST_PASSWORD, max_length=MOST_PASSWORD)]
NativeLanguage = Annotated[str | None, _told("ISO 639-1 code of the language that the person knows best.")]


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account."""

    email: Email
    password: NewPassword
    name: Name
    native_language: NativeLanguage = None


class Login(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """E-mail and password of an account."""

    email: str
    password: str


class Refreshing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A refresh token, which is good once."""

    refresh_token: str


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    name: Name | UnsetType = UNSET
    native_language: NativeLanguage | UnsetType = UNSET
    password: NewPassword | UnsetType = UNSET
    current_password: Annotated[str, Meta(description="Needed with `password`.")] | UnsetType = UNSET


class KeyOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new API key."""

    name: Annotated[str, _told("What the key is for.", min_length=1, max_length=MOST_NAME)]
    scopes: Annotated[list[Scope], _told("What it may do; `admin` only for admins.", min_items=1)] = msgspec.field(
        default_factory=lambda: list(DEFAULT_SCOPES)
    )


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """An account."""

    id: UUID
    email: Annotated[str | None, Meta(description="Null for a service, which has keys alone.")]
    name: str
    native_language: str | None
    role: Role
    plan: Plan
    created_at: datetime


class TokensView(msgspec.Struct, frozen=True, kw_only=True):
    """What a client needs from now on."""

    access_token: Annotated[str, Meta(description="For `Authorization: Bearer`.")]
    token_type: Annotated[str, Meta(examples=["Bearer"])] = "Bearer"  # noqa: S105 - no secret
    expires_in: Annotated[int, Meta(description="Seconds that the access token is good.")]
    refresh_token: Annotated[
        str, Meta(description="Good once, for the next pair; 30 days without use end it, 90 days in all.")
    ]


class SignedInView(TokensView, frozen=True, kw_only=True):
    """The same, and the account."""

    account: AccountView


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """An API key, without what is secret of it."""

    id: UUID
    name: str
    prefix: Annotated[str, Meta(description="How the key begins.", examples=["pk_3fGh1kLm"])]
    scopes: list[Scope]
    created_at: datetime
    last_used_at: Annotated[datetime | None, Meta(description="To the minute.")]


class NewKeyView(KeyView, frozen=True, kw_only=True):
    """A new API key."""

    key: Annotated[str, Meta(description="The key itself. It cannot be shown again.")]
