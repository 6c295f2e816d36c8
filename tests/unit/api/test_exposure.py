from ipaddress import ip_network

import pytest

from services.api.exposure import CLOSED, Exposure
from shared.settings import SettingsError


def test_without_settings_everything_is_closed() -> None:
    assert Exposure.from_env({}) == CLOSED
    assert (CLOSED.production, CLOSED.docs, CLOSED.metrics_token, CLOSED.cors_origins) == (True, False, None, ())


def test_development_shows_its_documentation() -> None:
    exposure = Exposure.from_env({"API_MODE": "development"})
    assert (exposure.production, exposure.docs) == (False, True)


def test_documentation_is_opened_and_closed_by_itself() -> None:
    assert Exposure.from_env({"API_DOCS": "open"}).docs
    assert not Exposure.from_env({"API_MODE": "development", "API_DOCS": "closed"}).docs


def test_lists_are_read() -> None:
    exposure = Exposure.from_env(
        {
            "CORS_ORIGINS": "https://App.example.org, http://localhost:5173,",
            "ALLOWED_HOSTS": "api.example.org,*.Example.net,[::1]",
            "TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1,fd00::/8",
            "API_METRICS_TOKEN": "0123456789abcdef",
        }
    )
    assert exposure.cors_origins == ("https://app.example.org", "http://localhost:5173")
    assert exposure.allowed_hosts == ("api.example.org", "*.example.net", "[::1]")
    assert exposure.trusted_proxies == tuple(map(ip_network, ("10.0.0.0/8", "192.0.2.1", "fd00::/8")))
    assert exposure.metrics_token == "0123456789abcdef"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_MODE", "prod"),
        ("API_MODE", "Development"),
        ("API_DOCS", "yes"),
        ("API_METRICS_TOKEN", "short"),
        ("API_METRICS_TOKEN", "with spaces in between"),
        ("API_METRICS_TOKEN", "schlüssel-mit-umlaut"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "null"),
        ("CORS_ORIGINS", "https://*.example.org"),
        ("CORS_ORIGINS", "https://app.example.org/"),
        ("CORS_ORIGINS", "app.example.org"),
        ("CORS_ORIGINS", "https://a.example.org;https://b.example.org"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://api.example.org"),
        ("ALLOWED_HOSTS", "api.example.org:443"),
        ("ALLOWED_HOSTS", "api.*.org"),
        ("TRUSTED_PROXIES", "proxy"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "::/0"),
    ],
)
def test_bad_setting_is_named_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"\A{name} must [^\n]+\.\Z") as refused:
        Exposure.from_env({name: value})
    assert name != "API_METRICS_TOKEN" or value not in str(refused.value)
