import pytest

from services.api.doorstep import is_allowed_host

ALLOWED = ("api.example.org", "*.example.net", "[::1]")


@pytest.mark.parametrize(
    "host",
    ["api.example.org", "API.Example.ORG", "api.example.org:443", "api.example.org.", "a.b.example.net", "[::1]:80"],
)
def test_our_names_are_known_in_every_spelling(host: str) -> None:
    assert is_allowed_host(host, ALLOWED)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":80",
        "example.org",
        "evil-api.example.org",
        "api.example.org.evil.com",
        "api.example.org:80@evil.com",
        "api.example.org:http",
        "example.net",
        "evilexample.net",
        "a.example.net.evil.com",
        "127.0.0.1",
        "[::2]",
        "api.example.org\n",
    ],
)
def test_other_names_are_not_ours(host: str) -> None:
    assert not is_allowed_host(host, ALLOWED)
