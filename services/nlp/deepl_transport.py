"""HTTP for the DeepL SDK: one attempt, one deadline for the whole exchange, and the headers the SDK throws away.

The SDK retries up to five times with pauses of its own, waits at least ten seconds between two bytes whatever the
caller wants, and takes these numbers from module globals, which all threads share. Its HTTP client is a class of its
own, so it is replaced (see `shared.deadlines`).
"""

import json as json_module
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import httpcore
from deepl.http_client import HttpClient
from deepl.version import VERSION

from shared.deadlines import Backend, Countdown, TimedBackend

if TYPE_CHECKING:
    from httpcore import NetworkBackend

IDLE = 30.0  # seconds a connection is kept for the next batch


class DeadlineHttpClient(HttpClient):
    """Reads each answer whole within `countdown`. For one thread; proxies of the environment are not used."""

    def __init__(self, countdown: Countdown) -> None:
        super().__init__(send_platform_info=False)
        backend = TimedBackend(cast("Backend", httpcore.SyncBackend()), countdown)
        self._pool = httpcore.ConnectionPool(
            network_backend=cast("NetworkBackend", backend), keepalive_expiry=IDLE, max_connections=1
        )
        self.retry_after: str | None = None
        """The header of that name of the last answer."""

    def request_with_backoff(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        url: str,
        data: dict[str, object] | None,
        json: dict[str, object] | None,
        headers: dict[str, str],
        stream: bool = False,  # noqa: FBT001, FBT002, ARG002 - as above; documents alone are streamed
        **_: object,
    ) -> tuple[int, str]:
        """The status and the whole body.

        Raises:
            TimeoutError: The time is over.
            ConnectionError: The connection could not be made, or broke.
        """
        self.retry_after = None
        content, content_type = _encoded(data, json)
        sent = [("User-Agent", f"deepl-python/{VERSION}"), ("Content-Type", content_type), *headers.items()]
        try:
            answer = self._pool.request(method, url, headers=sent, content=content)
        except httpcore.TimeoutException as error:
            raise TimeoutError(str(error)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise ConnectionError(str(error)) from error
        self.retry_after = next(
            (value.decode() for name, value in answer.headers if name.lower() == b"retry-after"), None
        )
        return answer.status, answer.content.decode("utf-8", "replace")

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()
        super().close()  # type: ignore[no-untyped-call]  # the SDK leaves its types out


def _encoded(data: dict[str, object] | None, json: dict[str, object] | None) -> tuple[bytes, str]:
    """A request's body and its type. The SDK sends a form with a GET too."""
    if json is not None:
        return json_module.dumps(json).encode(), "application/json"
    return urlencode(data or {}).encode(), "application/x-www-form-urlencoded"
