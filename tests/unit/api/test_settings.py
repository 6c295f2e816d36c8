import pytest

from services.api.app import main
from services.api.settings import Settings
from shared.settings import SettingsError, run_plainly

ENV = {
    "DATABASE_URL": "postgresql://me:secret@127.0.0.1/parlance",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "S3_ENDPOINT_URL": "http://127.0.0.1:9000/s3",
    "S3_BUCKET": "parlance",
    "S3_ACCESS_KEY_ID": "id",
    "S3_SECRET_ACCESS_KEY": "hush",
    "TOKEN_KEYS": "one:made-up-for-tests-and-long-enough",
}


def test_settings_have_safe_defaults() -> None:
    settings = Settings.from_env(ENV)
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8000, "INFO")


def test_settings_are_read() -> None:
    settings = Settings.from_env({**ENV, "API_HOST": "0.0.0.0", "API_PORT": "8080", "LOG_LEVEL": "debug"})  # noqa: S104 - only read
    assert (settings.host, settings.port, settings.log_level) == ("0.0.0.0", 8080, "DEBUG")  # noqa: S104 - only read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "") for name in ENV),
        ("DATABASE_URL", "mysql://x/y"),
        ("REDIS_URL", "127.0.0.1"),
        ("API_PORT", "0"),
        ("API_PORT", "65536"),
        ("API_PORT", "http"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_bad_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({**ENV, name: value})


def test_process_without_settings_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_plainly(main, {}, []) == 2
    assert "DATABASE_URL is not set: the Postgres database." in capsys.readouterr().err
