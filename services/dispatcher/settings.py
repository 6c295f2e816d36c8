"""What the dispatcher reads from its environment."""

from collections.abc import Mapping

import msgspec

from shared.settings import database_url, log_level, redis_url


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Postgres and Redis: the dispatcher needs nothing else."""

    database_url: str
    redis_url: str
    log_level: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `DATABASE_URL`, `REDIS_URL` and `LOG_LEVEL`."""
        return cls(database_url=database_url(env), redis_url=redis_url(env), log_level=log_level(env))
