"""The values in Postgres. They are served as they are stored, unparsed."""

from http import HTTPStatus

import msgspec
from psycopg import errors as pg

from services.api.config.schemas import ConfigOrder, ConfigValue, ConfigView
from services.api.database import Database, Row
from services.api.problems import ApiError, FieldError, input_invalid, not_found
from shared.db.session import Connection

MOST_VALUES = 200
MOST_BYTES = 16 * 1024
"""Of one value, as JSON."""
PUBLIC_VALUES = "SELECT key, value FROM config_values WHERE public ORDER BY key"
ALL = "SELECT key, value, public, updated_at FROM config_values ORDER BY key"
ONE = "SELECT key, value, public, updated_at FROM config_values WHERE key = $1"
# Who writes waits for who writes, so that the bound holds; readers do not wait.
ONE_AT_A_TIME = "LOCK TABLE config_values IN SHARE ROW EXCLUSIVE MODE"
SIZE = "SELECT octet_length($1::jsonb::text) AS size"
SET = """
INSERT INTO config_values (key, value, public)
SELECT $1, $2::jsonb, $3
WHERE EXISTS (SELECT FROM config_values WHERE key = $1) OR (SELECT count(*) FROM config_values) < $4
ON CONFLICT (key) DO UPDATE SET value = excluded.value, public = excluded.public, updated_at = clock_timestamp()
"""
DELETE = "DELETE FROM config_values WHERE key = $1"


async def public_values(database: Database) -> ConfigView:
    """What everybody may read."""
    rows = await database.rows(PUBLIC_VALUES)
    return ConfigView(values={row["key"]: msgspec.Raw(row["value"]) for row in rows})


async def all_values(database: Database) -> list[ConfigValue]:
    """All there are, by name."""
    return [_value(row) for row in await database.rows(ALL)]


async def one_value(database: Database, key: str) -> ConfigValue:
    """The value with this name.

    Raises:
        ApiError: 404, there is none.
    """
    row = await database.row(ONE, key)
    if row is None:
        raise not_found("value")
    return _value(row)


def set_value(connection: Connection, key: str, order: ConfigOrder) -> None:
    """Set a value, new or not. Call it in a transaction.

    Raises:
        ApiError: 400, it is too large or holds U+0000; 409, there are too many.
    """
    value = msgspec.json.encode(order.value).decode()
    connection.execute(ONE_AT_A_TIME)
    if _size(connection, value) > MOST_BYTES:
        raise input_invalid([FieldError("value", f"must be at most {MOST_BYTES} bytes of JSON")])
    if connection.execute(SET, (key, value, order.public, MOST_VALUES)).rowcount == 0:
        detail = f"There are at most {MOST_VALUES} values: delete one that no app reads."
        raise ApiError(HTTPStatus.CONFLICT, "too_many_values", detail)


def delete_value(connection: Connection, key: str) -> None:
    """Delete a value. Call it in a transaction.

    Raises:
        ApiError: 404, there is none.
    """
    if connection.execute(DELETE, (key,)).rowcount == 0:
        raise not_found("value")


def _size(connection: Connection, value: str) -> int:
    """Bytes as Postgres writes it, who turns 1e300 into 301 digits."""
    try:
        row = connection.execute(SIZE, (value,)).fetchone()
    except pg.UntranslatableCharacter as error:
        raise input_invalid([FieldError("value", "must not contain the character U+0000")]) from error
    return 0 if row is None else int(row["size"])


def _value(row: Row) -> ConfigValue:
    value = msgspec.Raw(row["value"])
    return ConfigValue(key=row["key"], value=value, public=row["public"], updated_at=row["updated_at"])
