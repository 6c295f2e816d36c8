"""What this worker is told when it starts, beyond what every worker is."""

from collections.abc import Mapping

import msgspec

from shared.settings import ProviderSettings, WorkerSettings

DEFAULT_MODEL = "gemini-3.8-flash-lite-tts"
"""The cheap one of the two current speech models; `gemini-3.8-flash-tts` is the other."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks and what every worker needs."""

    gemini: ProviderSettings
    worker: WorkerSettings

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `GEMINI_*` and what `WorkerSettings` reads.

        Raises:
            SettingsError: One is missing or wrong.
        """
        gemini = ProviderSettings.from_env(env, "GEMINI", model=DEFAULT_MODEL)
        return cls(gemini=gemini, worker=WorkerSettings.from_env(env))
