"""Fetches pages that strangers name, without becoming their way into our network.

Every connection goes through `_Guard`: it resolves the host once, judges all addresses it got, and connects to one of
those, so that a second resolution cannot give another answer. Redirects are new requests and are judged again. How a
host is written (decimal, octal, with dots of another script) does not matter, only where it leads.
"""

import socket
import time
from collections.abc import Callable, Iterable
from urllib.parse import urljoin

import httpcore2
import msgspec

from services.generation import main_text, page_body
from services.generation.addresses import Address, admits_public_web, parsed
from services.generation.bounded import BoundedBackend, TimeLeft
from services.generation.page_url import PageUrl, parse_url
from services.generation.ports import Page
from shared.jobs.errors import PermanentError, TransientError
from shared.jobs.steps import Watch

Resolve = Callable[[str, int], list[str]]
"""The IP addresses of a host, in the order in which to try them; raises `OSError`."""

Connect = Callable[[str, int, float | None], httpcore2.NetworkStream]
"""Connects to an IP address and a port within so many seconds; raises errors of httpcore2."""

READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
CONNECT_SECONDS = 5.0
_INVALID = "input_invalid"
_OUT_OF_REACH = "provider_unavailable"
_TOO_SLOW = "provider_timeout"
_HEADERS = [
    ("User-Agent", "Parlance/0.1 (reads one page for a learner)"),
    ("Accept", "text/html, application/xhtml+xml, text/plain"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Connection", "close"),
]
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 425, 429})
_OK = 200
_FIRST_SERVER_ERROR = 500


class PagePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What may be fetched. No setting changes it; tests pass their own."""

    admits: Callable[[Address, int], bool] = admits_public_web
    """Whether to connect to an address and port."""
    most_bytes: int = 2_000_000
    """Of the body, packed and unpacked."""
    most_redirects: int = 5
    seconds: float = 20.0
    """For everything together."""


def resolve(host: str, port: int) -> list[str]:
    """Ask this machine's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, timeout: float | None) -> httpcore2.NetworkStream:
    """Connect by TCP."""
    return httpcore2.SyncBackend().connect_tcp(address, port, timeout)


class WebPages:
    """A `PageSource`: the web, as far as `policy` admits it. For many threads; keeps nothing between pages.

    Args:
        policy: What may be fetched.
        resolver: Finds the addresses of hosts.
        connector: Connects to an address that was admitted.
    """

    def __init__(
        self, *, policy: PagePolicy | None = None, resolver: Resolve = resolve, connector: Connect = connect
    ) -> None:
        self._policy = policy or PagePolicy()
        self._guard = _Guard(self._policy, resolver, connector)

    def read(self, url: str, watch: Watch) -> Page:
        """Fetch the page at `url` and find its main text."""
        backend = BoundedBackend(self._guard)
        try:
            with backend.bounded_by(_clock(self._policy.seconds, watch)):
                return self._follow(parse_url(url), backend)
        except httpcore2.TimeoutException as error:
            raise TransientError(_TOO_SLOW, "The page does not answer in time.") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise TransientError(_OUT_OF_REACH, "The page cannot be reached.") from error

    def _follow(self, url: PageUrl, backend: BoundedBackend) -> Page:
        for _ in range(self._policy.most_redirects + 1):
            # A pool of its own for each request: no connection is used again for another address.
            with (
                httpcore2.ConnectionPool(network_backend=backend) as pool,
                pool.stream("GET", url.wire(), headers=_HEADERS) as answer,
            ):
                headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
                if answer.status not in _REDIRECTS:
                    return self._page(url, answer, headers)
                url = _redirected(url, headers.get("location"))
        raise PermanentError(_INVALID, f"The page redirects more than {self._policy.most_redirects} times.")

    def _page(self, url: PageUrl, answer: httpcore2.Response, headers: dict[str, str]) -> Page:
        _check_status(answer.status)
        media_type, charset = _content_type(headers.get("content-type", ""))
        if media_type not in READABLE:
            raise PermanentError(
                _INVALID, f"The address leads to {media_type or 'something without a type'!r}, not to a page."
            )
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._policy.most_bytes:
            raise page_body.too_large(self._policy.most_bytes)
        pieces = answer.iter_stream()
        body = page_body.read_body(pieces, headers.get("content-encoding", ""), self._policy.most_bytes)
        return _readable(url, page_body.decoded(body, charset), is_html=media_type != "text/plain")


class _Guard(httpcore2.NetworkBackend):
    """Connects to admitted addresses only, and to exactly those that were judged."""

    def __init__(self, policy: PagePolicy, resolver: Resolve, connector: Connect) -> None:
        self._policy = policy
        self._resolve = resolver
        self._connect = connector

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002  httpcore's signature
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002  httpcore's signature
    ) -> httpcore2.NetworkStream:
        """Connect to the first judged address that answers."""
        broken: httpcore2.NetworkError | httpcore2.TimeoutException | None = None
        seconds = CONNECT_SECONDS if timeout is None else min(timeout, CONNECT_SECONDS)
        for address in self._admitted(host, port):
            try:
                return self._connect(address, port, seconds)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                broken = error
        raise broken or httpcore2.ConnectError("no address")

    def _admitted(self, host: str, port: int) -> list[str]:
        """All addresses of a host; one bad one among them condemns it."""
        try:
            found = [parsed(text) for text in self._resolve(host, port)]
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise TransientError(_OUT_OF_REACH, "The name of the page's server cannot be looked up now.") from error
            raise PermanentError(_INVALID, "There is no server of this name.") from error
        except ValueError as error:  # a name that cannot be one, an address with a zone
            raise PermanentError(_INVALID, "There is no server of this name.") from error
        if not found or not all(self._policy.admits(address, port) for address in found):
            raise PermanentError(_INVALID, "The address does not lead to a page on the public internet.")
        return [str(address) for address in found]


def _clock(seconds: float, watch: Watch) -> TimeLeft:
    """What is left of `seconds` from now and of the step's own time."""
    end = time.monotonic() + seconds

    def time_left() -> float:
        watch.check()
        left = end - time.monotonic()
        if left <= 0:
            raise TransientError(_TOO_SLOW, f"The page did not arrive within {seconds:g} seconds.")
        return min(left, watch.left())

    return time_left


def _redirected(url: PageUrl, location: str | None) -> PageUrl:
    if not location:
        raise PermanentError(_INVALID, "The page redirects to nowhere.")
    return parse_url(urljoin(url.text, location))


def _readable(url: PageUrl, text: str, *, is_html: bool) -> Page:
    body = main_text.main_text(text) if is_html else text.strip()
    if not main_text.is_enough(body):
        raise PermanentError(_INVALID, "There is too little text on this page to write an article from.")
    title = main_text.page_title(text) if is_html else None
    return Page(url=url.text, title=title, text=main_text.shortened(body))


def _check_status(status: int) -> None:
    if status == _OK:
        return
    if status in _BUSY or status >= _FIRST_SERVER_ERROR:
        raise TransientError(_OUT_OF_REACH, f"The page's server answers {status}.")
    raise PermanentError(_INVALID, f"The page cannot be read: its server answers {status}.")


def _content_type(value: str) -> tuple[str, str | None]:
    media_type, _, parameters = value.partition(";")
    named = dict(part.strip().lower().split("=", 1) for part in parameters.split(";") if "=" in part)
    return media_type.strip().lower(), named.get("charset")
