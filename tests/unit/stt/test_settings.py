"""What the worker is told by its environment."""

import pytest

from services.stt.settings import Settings
from shared.settings import SettingsError

ENVIRONMENT = {
    "DATABASE_URL": "postgresql://localhost/parlance",
    "REDIS_URL": "redis://localhost:6379/0",
    "S3_ENDPOINT_URL": "http://localhost:9000",
    "S3_BUCKET": "parlance",
    "S3_ACCESS_KEY_ID": "id",
    "S3_SECRET_ACCESS_KEY": "secret",
    "DEEPGRAM_API_KEY": "key",
}


def test_the_model_has_a_default() -> None:
    settings = Settings.from_env(ENVIRONMENT)
    assert settings.deepgram.model == ""
    assert not settings.deepgram.sandbox
    assert settings.worker.slots == 64


def test_the_model_can_be_chosen() -> None:
    assert Settings.from_env({**ENVIRONMENT, "DEEPGRAM_MODEL": "other"}).deepgram.model == "other"


def test_a_missing_key_is_named() -> None:
    with pytest.raises(SettingsError, match="DEEPGRAM_API_KEY"):
        Settings.from_env({**ENVIRONMENT, "DEEPGRAM_API_KEY": ""})


def test_the_sandboxes_key_needs_an_address() -> None:
    with pytest.raises(SettingsError, match="DEEPGRAM_BASE_URL"):
        Settings.from_env({**ENVIRONMENT, "DEEPGRAM_API_KEY": "sandbox"})
