import pytest

from services.generation.settings import DEFAULT_MODEL, Settings
from shared.settings import SettingsError

ENV = {
    "ANTHROPIC_API_KEY": "made-up",
    "DATABASE_URL": "postgresql://somebody@127.0.0.1/parlance",
    "REDIS_URL": "redis://127.0.0.1",
    "S3_ENDPOINT_URL": "http://127.0.0.1",
    "S3_BUCKET": "parlance",
    "S3_ACCESS_KEY_ID": "made-up",
    "S3_SECRET_ACCESS_KEY": "made-up",
}


def test_model_has_a_default() -> None:
    settings = Settings.from_env(ENV)
    assert (settings.anthropic.model, settings.anthropic.base_url) == (DEFAULT_MODEL, None)
    assert not settings.anthropic.sandbox


@pytest.mark.parametrize("name", sorted(ENV))
def test_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({other: value for other, value in ENV.items() if other != name})


def test_sandbox_needs_its_address() -> None:
    with pytest.raises(SettingsError, match="ANTHROPIC_BASE_URL"):
        Settings.from_env(ENV | {"ANTHROPIC_API_KEY": "sandbox"})
