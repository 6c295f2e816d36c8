"""Random words that open doors: API keys and refresh tokens. Only their SHA-256 is ever stored."""

import secrets
from uuid import UUID

import msgspec

from services.api.auth import KEY_PREFIX
from shared.jobs.ids import uuid7

SHOWN = 8  # characters behind the prefix that lists may show, to tell keys apart
REFRESH_PREFIX = "rt_"
BYTES = 32


class FreshKey(msgspec.Struct, frozen=True):
    """A key at the only moment at which it can be read."""

    id: UUID
    key: str

    @property
    def prefix(self) -> str:
        """What lists show of it."""
        return self.key[: len(KEY_PREFIX) + SHOWN]


def fresh_key() -> FreshKey:
    """A new API key: `pk_` and 256 random bits."""
    return FreshKey(uuid7(), KEY_PREFIX + secrets.token_urlsafe(BYTES))


def fresh_refresh_token() -> str:
    """A new refresh token: `rt_` and 256 random bits."""
    return REFRESH_PREFIX + secrets.token_urlsafe(BYTES)
