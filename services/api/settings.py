"""What the API process needs to know, read once at its start."""

from collections.abc import Mapping

import msgspec

from services.api.accounts.access_tokens import TokenKey, token_keys
from services.api.exposure import Exposure
from shared.settings import BlobSettings, database_url, log_level, redis_url, whole_number


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses of what the API talks to, and where it listens."""

    database_url: str
    redis_url: str
    blobs: BlobSettings
    exposure: Exposure
    token_keys: tuple[TokenKey, ...]
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `DATABASE_URL`, `REDIS_URL`, `S3_*`, `TOKEN_KEYS`, `API_HOST`, `API_PORT`, `LOG_LEVEL` and `Exposure`'s.

        Raises:
            SettingsError: One is missing or cannot be used; the sentence names it.
        """
        return cls(
            database_url=database_url(env),
            redis_url=redis_url(env),
            blobs=BlobSettings.from_env(env),
            exposure=Exposure.from_env(env),
            token_keys=token_keys(env),
            host=env.get("API_HOST") or "127.0.0.1",
            port=whole_number(env, "API_PORT", 8000, most=65535),
            log_level=log_level(env),
        )
