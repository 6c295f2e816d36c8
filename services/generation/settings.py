"""What this worker is told when it starts, beyond what every worker is."""

from collections.abc import Mapping

import msgspec

from shared.settings import ProviderSettings, WorkerSettings

DEFAULT_MODEL = "claude-sonnet-5-5"
"""The middle one of the current models; `claude-haiku-5-5` costs a twentieth."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes and what every worker needs."""

    anthropic: ProviderSettings
    worker: WorkerSettings

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `ANTHROPIC_*` and what `WorkerSettings` reads.

        Raises:
            SettingsError: One is missing or wrong.
        """
        anthropic = ProviderSettings.from_env(env, "ANTHROPIC", model=DEFAULT_MODEL)
        return cls(anthropic=anthropic, worker=WorkerSettings.from_env(env))
