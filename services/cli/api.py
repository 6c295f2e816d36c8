"""Talking to the API: repeats what may be repeated, as late as the server says, and turns a refusal into a sentence."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from math import inf
from typing import Any, Final, Self, TypeVar

import httpx
import msgspec

from services.cli.answers import Problem
from services.cli.exits import FAILED, WRONG, StopError, code_of
from services.cli.profile import is_loopback

Answer = dict[str, Any]
Take = Callable[[httpx.Response], None]
"""Reads a body that is still on its way; again from its begin if the connection broke."""
Decoded = TypeVar("Decoded")
SHORT: Final = 10.0  # seconds that somebody waits for a command's answer while the server is away
LONG: Final = 600.0  # seconds that an order or a watch outlives an outage: a deploy, a night's restart
CONNECT_TIMEOUT: Final = 10.0  # seconds
READ_TIMEOUT: Final = 60.0  # seconds; longer than the longest poll
LONGEST_PAUSE: Final = 120.0  # seconds; more is not waited for at a time, whatever the server asks
FIRST_PAUSE: Final = 0.5  # seconds, doubled after each attempt without an answer
MOST_PAUSE: Final = 15.0  # seconds
REFUSED: Final = frozenset({429, 503})
"""Nothing was done: may always be sent again."""
UNCLEAR: Final = frozenset({502, 504})
"""A proxy lost the answer: only what is safe to repeat is sent again."""
NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Api:
    """A client of one server; a context manager.

    Args:
        url: Scheme, host and port.
        key: API key or access token; none for what is public.
        tell: Says to the user why it takes longer.
        pause: Waits so many seconds.
        clock: Monotonic seconds.
        transport: How requests travel; the network if not given.

    Raises:
        StopError: The address, or what the environment says about proxies, is of no use.
    """

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        tell: Callable[[str], None],
        pause: Callable[[float], None],
        clock: Callable[[], float],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url
        self.pause = pause
        self._tell = tell
        self._clock = clock
        try:
            self._http = httpx.Client(
                base_url=url,
                headers={"Accept": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {}),
                timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT),
                trust_env=not is_loopback(url),  # a proxy has no business between us and this machine
                transport=transport,
            )
        except (httpx.InvalidURL, ValueError, ImportError) as error:  # ImportError: a SOCKS proxy
            reason = f"Neither {url} nor a proxy of the environment (ALL_PROXY, NO_PROXY ...) can be used: {error}"
            raise StopError(WRONG, reason) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """What is there.

        Raises:
            StopError: It cannot be had.
        """
        return decoded(self.send("GET", path, params=params))

    def rows(self, path: str) -> list[Answer]:
        """A list that has no pages.

        Raises:
            StopError: It cannot be had.
        """
        return _decoded(self.send("GET", path), list[Answer])

    def post(
        self, path: str, body: object = None, *, headers: Mapping[str, str] | None = None, safe: bool = False
    ) -> Answer:
        """Ask for something; empty if the answer is.

        Args:
            path: Where.
            body: Sent as JSON.
            headers: Sent as well.
            safe: Asking twice does not do it twice: then a lost answer is asked for again.

        Raises:
            StopError: It cannot be had.
        """
        answer = self.send("POST", path, body=body, headers=headers, safe=safe, patience=LONG if safe else SHORT)
        return decoded(answer) if answer.content else {}

    def upload(self, path: str, pieces: Iterable[bytes], size: int, params: Mapping[str, Any] | None = None) -> Answer:
        """Send a file as it is; what it became.

        Args:
            path: Where.
            pieces: The file; read again from its begin if the server wants it again.
            size: Of the file, in bytes.
            params: Of the query.

        Raises:
            StopError: It is refused, or nobody answered in time.
            OSError: The file cannot be read.
        """
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        request = self._http.build_request("POST", path, params=params, content=pieces, headers=headers)
        return decoded(self._patiently(request, safe=True, patience=LONG))

    def delete(self, path: str) -> None:
        """Remove it.

        Raises:
            StopError: It cannot be removed.
        """
        self.send("DELETE", path)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        safe: bool = True,
        patience: float = SHORT,
    ) -> httpx.Response:
        """The answer, which is no refusal.

        Raises:
            StopError: Nobody answered in time, or the answer is a refusal.
        """
        request = self._http.build_request(
            method,
            path,
            params=dict(params) if params else None,
            content=None if body is None else msgspec.json.encode(body),
            headers=dict(headers or {}) | ({} if body is None else {"Content-Type": "application/json"}),
        )
        return self._patiently(request, safe=safe, patience=patience)

    def _patiently(
        self, request: httpx.Request, *, safe: bool, patience: float, take: Take | None = None
    ) -> httpx.Response:
        began, pause = self._clock(), FIRST_PAUSE
        while True:
            answer = self._once(request, take)
            if isinstance(answer, httpx.Response) and answer.status_code not in REFUSED | UNCLEAR:
                return _accepted(answer)
            wait = max(pause, retry_after(answer)) if isinstance(answer, httpx.Response) else pause
            too_late = self._clock() - began + wait > patience
            if too_late or not _repeatable(answer, safe=safe):
                raise _given_up(answer, self.url, safe=safe)
            if isinstance(answer, httpx.Response) or pause > FIRST_PAUSE:
                self._tell(f"{_reason(answer, self.url)} Trying again in {wait:.0f} s.")
            self.pause(wait)
            pause = min(pause * 2, MOST_PAUSE)

    def _once(self, request: httpx.Request, take: Take | None) -> httpx.Response | httpx.RequestError:
        try:
            return self._http.send(request) if take is None else self._taken(request, take)
        except httpx.RequestError as error:
            return error
        except UnicodeError:
            raise StopError(WRONG, f"{self.url} does not name a server.") from None

    def _taken(self, request: httpx.Request, take: Take) -> httpx.Response:
        with closing(self._http.send(request, stream=True)) as answer:
            if answer.is_success:
                take(answer)
            else:
                answer.read()  # the refusal's own words
        return answer

    def download(self, url: str) -> bytes:
        """What lies at a presigned address; the key is not sent there.

        Raises:
            StopError: It cannot be had.
        """
        return self._patiently(self._elsewhere(url), safe=True, patience=SHORT).content

    def fetch(self, url: str, take: Take) -> None:
        """Read what lies at a presigned address, however large it is; the key is not sent there.

        Raises:
            StopError: It cannot be had.
        """
        self._patiently(self._elsewhere(url), safe=True, patience=LONG, take=take)

    def _elsewhere(self, url: str) -> httpx.Request:
        # Not built by the client, which would add its key; so it must be told the client's patience.
        try:
            return httpx.Request("GET", url, extensions={"timeout": self._http.timeout.as_dict()})
        except httpx.InvalidURL:
            raise StopError(FAILED, f"{self.url} gave an address that is none.") from None


def retry_after(answer: httpx.Response, default: float = 0.0, most: float = LONGEST_PAUSE) -> float:
    """Seconds until the server wants to be asked again, at most `most`."""
    text = answer.headers.get("Retry-After", "")
    return min(float(text), most) if text.isascii() and text.isdigit() else default


def decoded(answer: httpx.Response) -> Answer:
    """The answer's JSON object.

    Raises:
        StopError: It is none: this is no Parlance server, or something stands between.
    """
    return _decoded(answer, Answer)


def _decoded(answer: httpx.Response, kind: type[Decoded]) -> Decoded:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        where = f"{answer.request.url.scheme}://{answer.request.url.netloc.decode()}"
        message = f"{where} did not answer {answer.request.url.path} with JSON: is it a Parlance server?"
        raise StopError(FAILED, message) from None


def _repeatable(answer: httpx.Response | httpx.RequestError, *, safe: bool) -> bool:
    if isinstance(answer, httpx.Response):
        return safe or answer.status_code in REFUSED
    if "certificate" in str(answer).lower() or isinstance(answer, httpx.UnsupportedProtocol):
        return False  # it will be no better next time
    return safe or isinstance(answer, NEVER_SENT)


def _given_up(answer: httpx.Response | httpx.RequestError, url: str, *, safe: bool) -> StopError:
    if isinstance(answer, httpx.Response):
        return refusal(answer)
    unsure = "" if safe or isinstance(answer, NEVER_SENT) else " Whether it was done is not known."
    return StopError(FAILED, _reason(answer, url) + unsure)


def _reason(answer: httpx.Response | httpx.RequestError, url: str) -> str:
    if isinstance(answer, httpx.Response):
        busy = "asks for patience" if answer.status_code in REFUSED else "is not there right now"
        return f"{url} {busy} (HTTP {answer.status_code})."
    detail = str(answer).strip().rstrip(".") or type(answer).__name__
    return f"{url} cannot be reached: {detail}."


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success or answer.status_code == httpx.codes.NOT_MODIFIED:
        return answer
    raise refusal(answer)


def refusal(answer: httpx.Response) -> StopError:
    """Why the server does not do it, in its own words, with the number under which it is in the server's log."""
    code = code_of(answer.status_code)
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        problem = Problem()
    said = [f"{error.field}: {error.message}." for error in problem.errors] or [problem.detail or problem.title]
    if not said[0]:
        said = [f"{answer.request.method} {answer.request.url.path} was answered with HTTP {answer.status_code}."]
    wait = retry_after(answer, most=inf)
    if wait:
        said.append(f"Try again in {wait:.0f} seconds.")
    request_id = problem.request_id or answer.headers.get("X-Request-ID", "")
    marks = ", ".join(filter(None, (problem.code, f"request {request_id}" if request_id else "")))
    if marks:
        said[-1] += f" ({marks})"
    return StopError(code, *said)
