from pathlib import Path

import pytest

from services.sandbox.faults import Fault
from services.sandbox.latency import REALISTIC
from services.sandbox.settings import Settings, SettingsError

ENOUGH = {
    "SANDBOX_PORT": "9900",
    "SANDBOX_DATA": "/tmp/data",  # noqa: S108  never touched
    "SANDBOX_S3_ACCESS_KEY_ID": "key",
    "SANDBOX_S3_SECRET_ACCESS_KEY": "secret",
}


def test_settings_have_defaults_for_what_is_not_secret_and_not_a_place() -> None:
    settings = Settings.from_env(ENOUGH)
    assert (settings.host, settings.port, settings.latency, settings.faults) == ("127.0.0.1", 9900, 0.0, ())
    assert settings.bank == Path("services/sandbox/bank").resolve()


def test_latency_and_faults_are_read() -> None:
    faults = '[{"provider": "deepl", "kind": "dropped"}]'
    settings = Settings.from_env(ENOUGH | {"SANDBOX_LATENCY": "realistic", "SANDBOX_FAULTS": faults})
    assert settings.latency == 1.0
    assert settings.faults == (Fault(provider="deepl", kind="dropped"),)


def test_latency_may_be_a_multiple_of_the_real_one() -> None:
    settings = Settings.from_env(ENOUGH | {"SANDBOX_LATENCY": "0.2"})
    assert settings.latency == 0.2
    assert REALISTIC.times(settings.latency).speech_request == pytest.approx(0.2 * REALISTIC.speech_request)


@pytest.mark.parametrize("name", sorted(ENOUGH))
def test_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env(ENOUGH | {name: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX_PORT", "0"),
        ("SANDBOX_PORT", "65536"),
        ("SANDBOX_PORT", "http"),
        ("SANDBOX_LATENCY", "slow"),
        ("SANDBOX_LATENCY", "-1"),
        ("SANDBOX_LATENCY", "nan"),
        ("SANDBOX_LATENCY", "101"),
        ("SANDBOX_FAULTS", '[{"provider": "nobody"}]'),
    ],
)
def test_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env(ENOUGH | {name: value})
