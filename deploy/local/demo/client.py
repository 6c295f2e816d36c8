"""A client of the jobs API: submits, watches with long polls, and bears the restart of what it talks to."""

import time
from collections.abc import Callable, Iterator
from typing import Final, Self

import httpx
import msgspec

from services.cli.answers import Job, Problem, ReadArticle

WAIT: Final = 2  # seconds a poll may take: so often news of the processes are told
PATIENCE: Final = 60.0  # seconds without an answer after which the API is given up
PAUSE: Final = 0.5  # seconds between attempts while it does not answer
TIMEOUT: Final = 30.0  # seconds for one answer
FAREWELL: Final = 3.0  # seconds that asking for a cancel may take
AWAY: Final = frozenset({502, 503, 504})
"""Statuses of an API that, or whose database, is just being started again. No order was placed."""


class RefusedError(Exception):
    """The API does not accept a request; `sentences` say why."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class ApiSilentError(Exception):
    """The API has not answered for too long."""


class JobsClient:
    """Talks to the API at `base_url` with an API key. Close it, or use it as a context manager.

    Args:
        base_url: Scheme, host and port.
        api_key: Identifies the owner.
        on_silence: Called once each time the API stops answering, with a sentence.
        transport: How requests travel; the network if not given.
        pause: Waits that many seconds between attempts.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        on_silence: Callable[[str], None],
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=TIMEOUT,
            trust_env=False,  # a proxy of the shell has no business between us and loopback
            transport=transport,
        )
        self._on_silence = on_silence
        self._pause = pause
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def submit(self, body: dict[str, str]) -> Job:
        """Order an article. Sent again only while nothing was received: an order is never placed twice.

        Raises:
            RefusedError: The API names what is wrong.
            ApiSilentError: It cannot be reached.
        """
        answer = self._patiently(lambda: self._http.post("/api/generation/articles", json=body), httpx.ConnectError)
        return msgspec.json.decode(_accepted(answer).content, type=Job)

    def watch(self, job: Job) -> Iterator[Job]:
        """The job again and again until it is done: whenever it changed, and every `WAIT` seconds otherwise."""
        news_only: dict[str, str] = {}
        while not job.done:
            answer = self._get(
                f"/api/jobs/{job.id}", params={"wait": str(WAIT)} if news_only else {}, headers=news_only
            )
            if answer.status_code != httpx.codes.NOT_MODIFIED:
                job = msgspec.json.decode(_accepted(answer).content, type=Job)
                news_only = {"If-None-Match": answer.headers["ETag"]}
            yield job

    def cancel(self, job_id: str) -> None:
        """Ask for the end of a job. That it had ended before is no error."""
        path = f"/api/jobs/{job_id}/cancel"
        answer = self._patiently(lambda: self._http.post(path, timeout=FAREWELL), httpx.TransportError, FAREWELL)
        if answer.status_code != httpx.codes.CONFLICT:
            _accepted(answer)

    def article(self, article_id: str) -> ReadArticle:
        """The article as far as it is made."""
        answer = self._get(f"/api/articles/{article_id}")
        return msgspec.json.decode(_accepted(answer).content, type=ReadArticle)

    def download(self, url: str) -> bytes:
        """What lies at a presigned address; the API key is not sent there."""
        request = httpx.Request("GET", url)  # not built by the client, which would add its key
        answer = self._patiently(lambda: self._http.send(request), httpx.TransportError)
        return _accepted(answer).content

    def _get(
        self, path: str, *, params: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return self._patiently(lambda: self._http.get(path, params=params, headers=headers), httpx.TransportError)

    def _patiently(
        self, send: Callable[[], httpx.Response], forgiven: type[httpx.TransportError], patience: float = PATIENCE
    ) -> httpx.Response:
        """Send until somebody answers who is not `AWAY`, for `patience` seconds."""
        silent_since: float | None = None
        while True:
            try:
                answer = send()
            except forgiven as error:
                reason = type(error).__name__
            else:
                if answer.status_code not in AWAY:
                    return answer
                reason = f"HTTP {answer.status_code}"
            if silent_since is None:
                silent_since = self._clock()
                self._on_silence(f"The API does not answer ({reason}); waiting for it.")
            if self._clock() - silent_since >= patience:
                message = f"The API has not answered for {patience:.0f} s ({reason})."
                raise ApiSilentError(message)
            self._pause(PAUSE)


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        problem = msgspec.json.decode(answer.content, type=Problem)
        fields = [f"{error.field}: {error.message}" for error in problem.errors]
        raise RefusedError(fields or [problem.detail or problem.title or problem.code])
    raise RefusedError([f"{answer.request.method} {answer.request.url.path} was answered with {answer.status_code}."])
