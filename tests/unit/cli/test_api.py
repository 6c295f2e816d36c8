"""The client of the API where addresses, answers and the environment are not what they should be."""

import httpx
import pytest

from services.cli.api import READ_TIMEOUT, Api
from services.cli.exits import FAILED, WRONG, StopError


def client(url: str, answer: httpx.Response | None = None, seen: list[httpx.Request] | None = None) -> Api:
    """A client whose only answer is this one."""

    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return answer or httpx.Response(200, json={})

    return Api(
        url, "pk_secret", tell=lambda _: None, pause=lambda _: None, clock=lambda: 0.0,
        transport=httpx.MockTransport(handle),
    )  # fmt: skip


def test_a_download_has_an_end_and_no_key() -> None:
    seen: list[httpx.Request] = []
    client("https://parlance.example.org", seen=seen).download("https://media.example.org/a.mp3")
    assert "Authorization" not in seen[0].headers
    assert seen[0].extensions["timeout"]["read"] == READ_TIMEOUT


def test_a_redirect_is_not_followed() -> None:
    seen: list[httpx.Request] = []
    moved = httpx.Response(308, headers={"Location": "https://elsewhere.example.org/"})
    with pytest.raises(StopError) as stopped:
        client("https://parlance.example.org", moved, seen).get("/api/auth/me")
    assert stopped.value.code == FAILED
    assert len(seen) == 1


def test_a_download_from_no_address_is_a_sentence() -> None:
    with pytest.raises(StopError) as stopped:
        client("https://parlance.example.org").download("https://\u2603.xn--/a.mp3")
    assert stopped.value.code == FAILED


def test_a_name_that_cannot_be_one_is_a_sentence() -> None:
    with pytest.raises(StopError) as stopped:
        client("http://\u2603.xn--")
    assert stopped.value.code == WRONG


def test_a_name_that_only_the_resolver_refuses_is_a_sentence() -> None:
    api = Api(
        "http://a..b", None, tell=lambda _: None, pause=lambda _: None, clock=lambda: 0.0,
        transport=httpx.MockTransport(lambda _: httpx.Response(200, text="a..b".encode("idna").decode())),
    )  # fmt: skip
    with pytest.raises(StopError, match=r"a\.\.b") as stopped:
        api.get("/api/auth/me")
    assert stopped.value.code == WRONG


@pytest.mark.parametrize(
    ("variable", "value"), [("ALL_PROXY", "socks5://127.0.0.1:1"), ("ALL_PROXY", "foo://x"), ("NO_PROXY", "[::1],%%")]
)
def test_a_proxy_that_is_of_no_use_is_a_sentence(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv(variable, value)
    with pytest.raises(StopError, match="proxy") as stopped:
        Api("http://parlance.example.org", None, tell=lambda _: None, pause=lambda _: None, clock=lambda: 0.0)
    assert stopped.value.code == WRONG


def test_an_answer_without_a_bottom_is_a_sentence() -> None:
    deep = httpx.Response(200, content=b'{"a":' + b"[" * 100_000)
    with pytest.raises(StopError, match="Parlance server"):
        client("https://parlance.example.org", deep).get("/api/auth/me")


def test_a_refusal_tells_the_whole_pause_that_was_asked_for() -> None:
    busy = httpx.Response(429, headers={"Retry-After": "86400"}, json={"detail": "Come back tomorrow."})
    with pytest.raises(StopError) as stopped:
        client("https://parlance.example.org", busy).get("/api/auth/me")
    assert stopped.value.sentences == ("Come back tomorrow.", "Try again in 86400 seconds.")
