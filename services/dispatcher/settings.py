"""What the dispatcher reads from its environment."""

from collections.abc import Mapping

import msgspec

from shared.settings import MetricsSettings, database_url, log_level, redis_url


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Postgres and Redis: the dispatcher needs nothing else. Its metrics may have a port."""

    database_url: str
    redis_url: str
    log_level: str
    metrics: MetricsSettings = MetricsSettings()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `DATABASE_URL`, `REDIS_URL`, `LOG_LEVEL` and `METRICS_*`."""
        return cls(
            database_url=database_url(env),
            redis_url=redis_url(env),
            log_level=log_level(env),
            metrics=MetricsSettings.from_env(env),
        )
