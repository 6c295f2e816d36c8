"""The worker's settings."""

import pytest

from services.nlp.settings import Settings
from shared.settings import SettingsError

ENVIRONMENT = {
    "DEEPL_API_KEY": "secret",
    "DATABASE_URL": "postgresql://u:p@127.0.0.1/parlance",
    "REDIS_URL": "redis://127.0.0.1",
    "S3_ENDPOINT_URL": "http://127.0.0.1:9000",
    "S3_BUCKET": "b",
    "S3_ACCESS_KEY_ID": "a",
    "S3_SECRET_ACCESS_KEY": "s",
}


def test_the_better_model_is_taken_where_there_is_one() -> None:
    settings = Settings.from_env(ENVIRONMENT)
    assert settings.deepl.model == "prefer_quality_optimized"
    assert not settings.deepl.sandbox


def test_a_missing_key_is_named() -> None:
    with pytest.raises(SettingsError, match="DEEPL_API_KEY"):
        Settings.from_env({**ENVIRONMENT, "DEEPL_API_KEY": ""})


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(SettingsError, match="DEEPL_MODEL"):
        Settings.from_env({**ENVIRONMENT, "DEEPL_MODEL": "fast"})
