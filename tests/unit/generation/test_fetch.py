import socket

import httpcore2
import pytest

from services.generation.fetch import PagePolicy, WebPages
from services.generation.main_text import MOST_CHARACTERS, MOST_TAGS
from services.generation.ports import Page
from shared.jobs.errors import StepError, StepStoppedError, TransientError
from tests.support.canned_web import HTML, PARAGRAPH, PARAGRAPHS, CannedWeb, gzipped, http_answer, redirect
from tests.support.step_watch import HandWatch

HERE = "93.184.216.34"
THERE = "1.1.1.1"


def web(*answers: bytes, addresses: list[list[str]] | None = None) -> CannedWeb:
    hosts = {"example.org": addresses or [[HERE]], "there.example": [[THERE]], "inside.example": [["169.254.169.254"]]}
    return CannedWeb(hosts, {HERE: list(answers), THERE: [http_answer()], "169.254.169.254": [http_answer()]})


def read(canned: CannedWeb, url: str = "http://example.org/hafen", policy: PagePolicy | None = None) -> Page:
    return WebPages(policy=policy, resolver=canned.resolve, connector=canned.connect).read(url, HandWatch())


def refusal(canned: CannedWeb, url: str = "http://example.org/hafen") -> StepError:
    with pytest.raises(StepError) as caught:
        read(canned, url)
    return caught.value


def test_page_is_read_and_its_main_text_found() -> None:
    page = read(web(http_answer()))
    assert page.url == "http://example.org/hafen"
    assert page.title == "Am & im Hafen"
    assert page.text.split("\n") == PARAGRAPHS


def test_packed_page_is_unpacked() -> None:
    assert PARAGRAPH in read(web(http_answer(gzipped(HTML), content_encoding="gzip"))).text


def test_plain_text_is_taken_as_it_is() -> None:
    page = read(web(http_answer((PARAGRAPH * 5).encode("cp1252"), content_type="text/plain; charset=windows-1252")))
    assert (page.title, page.text) == (None, PARAGRAPH * 5)


def test_request_names_the_host_and_offers_only_what_can_be_read() -> None:
    canned = web(http_answer())
    read(canned)
    sent = canned.streams[0].sent
    assert sent.startswith(b"GET /hafen HTTP/1.1\r\n")
    assert b"\r\nHost: example.org\r\n" in sent
    assert b"\r\nAccept-Encoding: gzip, deflate\r\n" in sent
    assert b"cookie" not in sent.lower()


def test_tls_is_asked_for_the_host_and_the_socket_goes_to_the_judged_address() -> None:
    canned = web(http_answer())
    read(canned, "https://example.org/hafen")
    assert canned.connections == [(HERE, 443)]
    assert canned.streams[0].server_hostname == "example.org"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["fe80::1%eth0"],
        [HERE, "10.0.0.1"],
        ["10.0.0.1", HERE],
        [],
    ],
)
def test_host_that_leads_inside_is_refused_without_a_connection(addresses: list[str]) -> None:
    canned = web(http_answer(), addresses=[addresses])
    assert refusal(canned).code == "input_invalid"
    assert canned.connections == []


@pytest.mark.parametrize("port", [22, 6379, 8080])
def test_port_that_is_not_the_webs_is_refused_without_a_connection(port: int) -> None:
    canned = web(http_answer())
    assert refusal(canned, f"http://example.org:{port}/").code == "input_invalid"
    assert canned.connections == []


def test_host_is_resolved_once_for_a_connection_so_that_a_second_answer_cannot_matter() -> None:
    canned = web(http_answer(), addresses=[[HERE], ["127.0.0.1"]])
    assert PARAGRAPH in read(canned).text
    assert canned.connections == [(HERE, 80)]


def test_redirect_to_the_same_host_is_judged_again() -> None:
    canned = web(redirect("/anders"), http_answer(), addresses=[[HERE], ["127.0.0.1"]])
    assert refusal(canned).code == "input_invalid"
    assert canned.connections == [(HERE, 80)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_followed(status: int) -> None:
    canned = web(redirect("https://there.example/b", status))
    assert read(canned).url == "https://there.example/b"
    assert canned.connections == [(HERE, 80), (THERE, 443)]


@pytest.mark.parametrize(
    "location",
    [
        "http://inside.example/latest/meta-data",
        "http://there.example:22/",
        "file:///etc/passwd",
        "http://anna:geheim@there.example/",
        "",
    ],
)
def test_redirect_to_a_forbidden_place_is_refused(location: str) -> None:
    canned = web(redirect(location))
    assert refusal(canned).code == "input_invalid"
    assert canned.connections == [(HERE, 80)]


def test_circle_of_redirects_ends_after_five() -> None:
    canned = web(redirect("/weiter"))
    assert refusal(canned).code == "input_invalid"
    assert len(canned.connections) == 6


def test_five_redirects_are_followed() -> None:
    assert read(web(*[redirect("/weiter")] * 5, http_answer())).url == "http://example.org/weiter"


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "application/json", "", "text/html2"])
def test_what_is_no_page_is_refused(content_type: str) -> None:
    assert refusal(web(http_answer(content_type=content_type))).code == "input_invalid"


def test_announced_size_beyond_the_limit_is_refused() -> None:
    assert "larger than 2 MB" in refusal(web(http_answer(b"", content_length="2000001"))).detail


def test_body_beyond_the_limit_is_refused() -> None:
    chunk = b"1000\r\n" + b"a" * 0x1000 + b"\r\n"
    endless = b"HTTP/1.1 200 X\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n" + chunk * 500
    assert "larger than 2 MB" in refusal(web(endless)).detail


def test_bomb_is_refused() -> None:
    bomb = http_answer(gzipped(b" " * 50_000_000), content_encoding="gzip")
    assert "larger than 2 MB" in refusal(web(bomb)).detail


def test_page_of_countless_tags_is_refused() -> None:
    assert "intricate" in refusal(web(http_answer(b"<p>a" * (MOST_TAGS + 1)))).detail


@pytest.mark.parametrize("body", [b"", b"<html><body><p>Not found.</p></body></html>"])
def test_page_without_a_text_is_refused_in_a_sentence(body: bytes) -> None:
    assert refusal(web(http_answer(body))).detail == ("There is too little text on this page to write an article from.")


def test_long_page_is_cut() -> None:
    text = read(web(http_answer((f"{PARAGRAPH} " * 1000).encode(), content_type="text/plain; charset=utf-8"))).text
    assert MOST_CHARACTERS / 2 < len(text) <= MOST_CHARACTERS
    assert text.endswith(".")


@pytest.mark.parametrize(
    ("status", "code", "transient"),
    [
        (404, "input_invalid", False),
        (403, "input_invalid", False),
        (204, "input_invalid", False),
        (304, "input_invalid", False),
        (408, "provider_unavailable", True),
        (429, "provider_unavailable", True),
        (500, "provider_unavailable", True),
        (503, "provider_unavailable", True),
    ],
)
def test_status_tells_whether_to_try_again(status: int, code: str, *, transient: bool) -> None:
    error = refusal(web(http_answer(status=status)))
    assert (error.code, isinstance(error, TransientError)) == (code, transient)


def test_dead_address_is_passed_over() -> None:
    canned = web(http_answer(), addresses=[["2606:2800::1", HERE]])
    assert PARAGRAPH in read(canned).text
    assert canned.connections == [("2606:2800::1", 80), (HERE, 80)]


def test_dead_server_may_answer_later() -> None:
    error = refusal(web(http_answer(), addresses=[["2606:2800::1"]]))
    assert (error.code, isinstance(error, TransientError)) == ("provider_unavailable", True)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 X\r\ncontent-", http_answer()[:-20], b"SSH-2.0-OpenSSH\r\n"])
def test_connection_that_breaks_may_hold_next_time(answer: bytes) -> None:
    error = refusal(web(answer))
    assert (error.code, isinstance(error, TransientError)) == ("provider_unavailable", True)


@pytest.mark.parametrize(
    ("errno", "code", "transient"),
    [(socket.EAI_NONAME, "input_invalid", False), (socket.EAI_AGAIN, "provider_unavailable", True)],
)
def test_host_that_is_not_found_is_told_from_a_resolver_that_is_away(errno: int, code: str, *, transient: bool) -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise socket.gaierror(errno, f"{host}:{port}")

    with pytest.raises(StepError) as caught:
        WebPages(resolver=resolver, connector=web().connect).read("http://example.org/", HandWatch())
    assert (caught.value.code, isinstance(caught.value, TransientError)) == (code, transient)


def test_stopped_step_connects_to_nothing() -> None:
    canned = web(http_answer())
    pages = WebPages(resolver=canned.resolve, connector=canned.connect)
    with pytest.raises(StepStoppedError):
        pages.read("http://example.org/", HandWatch(stop_after=0))
    assert canned.connections == []


def test_server_that_does_not_answer_is_slow() -> None:
    def connector(*_: object) -> httpcore2.NetworkStream:
        raise httpcore2.ConnectTimeout

    with pytest.raises(TransientError) as slow:
        WebPages(resolver=web().resolve, connector=connector).read("http://example.org/", HandWatch())
    assert slow.value.code == "provider_timeout"
