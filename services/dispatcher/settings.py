"""What the dispatcher reads from its environment."""

from collections.abc import Mapping

import msgspec

from shared.settings import SettingsError, address


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Postgres and Redis: the dispatcher needs nothing else."""

    database_url: str
    redis_url: str
    log_level: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `DATABASE_URL`, `REDIS_URL` and `LOG_LEVEL`."""
        level = (env.get("LOG_LEVEL") or "INFO").upper()
        if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            message = f"LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {level!r}."
            raise SettingsError(message)
        return cls(
            database_url=address(env, "DATABASE_URL", "the Postgres database", schemes=("postgresql",)),
            redis_url=address(env, "REDIS_URL", "the Redis that carries wake-ups", schemes=("redis", "rediss")),
            log_level=level,
        )
