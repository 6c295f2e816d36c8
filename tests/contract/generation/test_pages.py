"""The web's pages over real sockets: this machine's resolver, and a loopback port that a test's own policy admits."""

import time
from pathlib import Path
from typing import Any

import pytest

from services.generation import app
from services.generation.addresses import Address, is_public
from services.generation.fetch import PagePolicy, WebPages
from shared.jobs.errors import PermanentError, StepStoppedError, TransientError
from tests.support.canned_web import PARAGRAPHS, http_answer
from tests.support.raw_server import RawServer, run_raw_server
from tests.support.step_watch import HandWatch


def admitting(server: RawServer, **limits: Any) -> WebPages:
    """Pages of the public web, and of one port of this machine."""
    allowed = int(server.url.rpartition(":")[2])

    def admits(address: Address, port: int) -> bool:
        return (address.is_loopback and port == allowed) or is_public(address)

    return WebPages(policy=PagePolicy(admits=admits, **limits))


def test_page_of_the_admitted_port_is_read() -> None:
    with run_raw_server([http_answer()]) as server:
        page = admitting(server).read(f"{server.url}/hafen", HandWatch())
    assert page.text.split("\n") == PARAGRAPHS


def test_strict_policy_refuses_the_same_page() -> None:
    with run_raw_server([http_answer()]) as server, pytest.raises(PermanentError) as refused:
        WebPages().read(f"{server.url}/hafen", HandWatch())
    assert refused.value.code == "input_invalid"


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "127.0.0.1",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0",
        "0.0.0.0",  # noqa: S104 - nothing binds to it
        "①②⑦.⓪.⓪.①",
    ],
)
def test_however_this_machine_is_written_it_is_refused(host: str) -> None:
    with pytest.raises(PermanentError) as refused:
        WebPages().read(f"http://{host}/", HandWatch())
    assert refused.value.code == "input_invalid"


def test_slow_page_is_given_up() -> None:
    answer = http_answer()
    pieces = [answer[place : place + 1] for place in range(len(answer))]
    with run_raw_server(pieces, pause=0.002) as server:
        began = time.monotonic()
        with pytest.raises(TransientError) as slow:
            admitting(server, seconds=0.3).read(server.url, HandWatch())
        assert time.monotonic() - began < 2.5
    assert slow.value.code == "provider_timeout"


def test_cancelled_step_waits_for_no_page() -> None:
    with run_raw_server([http_answer()], pause=30.0) as server:
        began = time.monotonic()
        with pytest.raises(StepStoppedError):
            admitting(server).read(server.url, HandWatch(stop_in=0.3))
        assert time.monotonic() - began < 5.0


def test_no_setting_reaches_the_policy() -> None:
    """The process makes its pages without an argument, and nothing of the guard reads the environment."""
    folder = Path(app.__file__).parent
    assert "WebPages()" in (folder / "app.py").read_text(encoding="utf-8")
    for name in ("fetch.py", "addresses.py", "page_url.py", "page_body.py"):
        assert "environ" not in (folder / name).read_text(encoding="utf-8")
