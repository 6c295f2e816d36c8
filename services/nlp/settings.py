"""What this worker is told when it starts, beyond what every worker is."""

from collections.abc import Mapping

import msgspec

from shared.settings import ProviderSettings, SettingsError, WorkerSettings

MODELS = ("prefer_quality_optimized", "quality_optimized", "latency_optimized")
"""DeepL's. The first takes the better model where a pair has one and the other elsewhere; both cost the same."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Who translates and what every worker needs."""

    deepl: ProviderSettings
    worker: WorkerSettings

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `DEEPL_*` and what `WorkerSettings` reads.

        Raises:
            SettingsError: One is missing or wrong.
        """
        deepl = ProviderSettings.from_env(env, "DEEPL", model=MODELS[0])
        if deepl.model not in MODELS:
            message = f"DEEPL_MODEL must be one of {', '.join(MODELS)}, not {deepl.model!r}."
            raise SettingsError(message)
        return cls(deepl=deepl, worker=WorkerSettings.from_env(env))
