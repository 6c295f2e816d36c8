"""What this worker is told when it starts, beyond what every worker is."""

from collections.abc import Mapping

import msgspec

from shared.settings import ProviderSettings, WorkerSettings


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Who listens and what every worker needs."""

    deepgram: ProviderSettings
    """Its model is empty unless `DEEPGRAM_MODEL` is set: each language has its own."""
    worker: WorkerSettings

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `DEEPGRAM_*` and what `WorkerSettings` reads.

        Raises:
            SettingsError: One is missing or wrong.
        """
        deepgram = ProviderSettings.from_env(env, "DEEPGRAM", model="")
        return cls(deepgram=deepgram, worker=WorkerSettings.from_env(env))
