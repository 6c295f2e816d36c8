"""Claude as the writer: the only module that knows Anthropic's SDK.

The engine retries, so the SDK does not. A client belongs to one thread: its connection obeys the clock of the step
that uses it. Nothing is read from the environment but what the SDK forces on us (`ANTHROPIC_CUSTOM_HEADERS`).
"""

import threading
from datetime import UTC, datetime
from typing import Any, cast

import anthropic
import httpcore2
import httpx2
import msgspec
from anthropic.types import Message

from services.generation.bounded import BoundedBackend
from services.generation.bounded_transport import BoundedTransport
from services.generation.claude_errors import failure
from services.generation.ports import Answer, Hear, Order
from shared.jobs.errors import StepError, StepStoppedError, TransientError
from shared.jobs.steps import Watch
from shared.ledger.ports import Reply
from shared.settings import ProviderSettings

ADDRESS = "https://api.anthropic.com"
EFFORT = "low"
"""How long the model thinks before it writes. Its own default is `high`, which a learner would wait and pay for."""
CONNECT_SECONDS = 10.0
LONGEST_CALL = 600.0  # seconds, however much the step has left

_ENDINGS = {"end_turn": "finished", "stop_sequence": "finished", "refusal": "refused"}
_CUT_OFF = {"max_tokens", "model_context_window_exceeded"}
_UNITS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")

_BROKEN = (
    anthropic.APIError,
    httpx2.HTTPError,
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
)
"""What the SDK raises; while an answer streams, errors of the connection come through as they are."""


class _Block(msgspec.Struct, frozen=True):
    type: str
    text: str = ""


class _KeptMessage(msgspec.Struct, frozen=True):
    """What is read again of a message that was kept."""

    stop_reason: str | None
    content: list[_Block]


class ClaudeWriter:
    """A `Writer` that asks Claude.

    Args:
        settings: Key, model and, for the sandbox or a gateway, another address than Anthropic's own.
    """

    def __init__(self, settings: ProviderSettings) -> None:
        self.model = settings.model
        self._settings = settings
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._clients: list[anthropic.Anthropic] = []

    def request(self, order: Order) -> bytes:
        """What is sent, as JSON with sorted keys."""
        return msgspec.json.encode(self._parameters(order), order="sorted")

    def write(self, order: Order, watch: Watch, hear: Hear) -> Reply:
        """Stream the answer; the reply's body is the whole message as JSON."""
        client, backend = self._client()

        def time_left() -> float:
            watch.check()
            return watch.left()

        try:
            with backend.bounded_by(time_left):
                return _reply(_streamed(client, self._parameters(order), watch, hear))
        except _BROKEN as error:
            raise _step_error(error) from error

    def answer(self, reply: Reply) -> Answer:
        """Read the message that `write` kept."""
        try:
            message = msgspec.json.decode(reply.body, type=_KeptMessage)
        except msgspec.DecodeError as error:
            code = "provider_bad_response"
            raise TransientError(code, "What was kept of the answer cannot be read.") from error
        text = "".join(block.text for block in message.content if block.type == "text")
        if message.stop_reason in _CUT_OFF:
            return Answer(ending="truncated", text=text)
        ending = _ENDINGS.get(message.stop_reason or "")
        if ending is None:
            code = "provider_bad_response"
            raise TransientError(code, f"Claude stopped for the reason {message.stop_reason!r}.")
        return msgspec.convert({"ending": ending, "text": text}, Answer)

    def close(self) -> None:
        """Hang up all connections; not while a thread writes."""
        with self._lock:
            while self._clients:
                self._clients.pop().close()
            self._mine = threading.local()

    def _parameters(self, order: Order) -> dict[str, Any]:
        return {
            "model": self.model,
            "max_tokens": order.max_tokens,
            "system": order.system,
            "messages": [{"role": "user", "content": order.user}],
            "output_config": {"effort": EFFORT, "format": {"type": "json_schema", "schema": order.schema}},
        }

    def _client(self) -> tuple[anthropic.Anthropic, BoundedBackend]:
        """This thread's client and the backend that bounds it."""
        if not hasattr(self._mine, "client"):
            backend = BoundedBackend()
            client = anthropic.Anthropic(
                api_key=self._settings.api_key,
                base_url=self._settings.base_url or ADDRESS,
                max_retries=0,
                open_telemetry=False,
                http_client=httpx2.Client(transport=BoundedTransport(backend)),
            )
            with self._lock:
                self._clients.append(client)
            self._mine.client, self._mine.backend = client, backend
        return cast("tuple[anthropic.Anthropic, BoundedBackend]", (self._mine.client, self._mine.backend))


def _streamed(client: anthropic.Anthropic, parameters: dict[str, Any], watch: Watch, hear: Hear) -> Message:
    """The whole message; `hear` gets its text piece by piece."""
    watch.check()
    seconds = min(watch.left(), LONGEST_CALL)
    timeout = anthropic.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
    try:
        with client.messages.stream(**parameters, timeout=timeout) as stream:
            for piece in stream.text_stream:
                watch.check()
                hear(piece)
            return stream.get_final_message()
    except (ValueError, AssertionError) as error:
        # Events that are no JSON; or, which the SDK only asserts, a stream without any message.
        code = "provider_bad_response"
        raise TransientError(code, "Anthropic's answer is no stream of events.") from error


def _reply(message: Message) -> Reply:
    if message.stop_reason is None:
        code = "provider_unavailable"
        raise TransientError(code, "Anthropic's answer broke off.")
    units = {unit: getattr(message.usage, unit, None) or 0 for unit in _UNITS}
    return Reply(
        model=message.model,
        units={unit: count for unit, count in units.items() if count},
        body=message.to_json(indent=None).encode(),
    )


def _step_error(error: Exception) -> StepError | StepStoppedError:
    """What an error of the SDK or of its connection means for the step."""
    cause = error.__cause__
    if isinstance(cause, StepError | StepStoppedError):
        # The clock spoke. Until an answer begins, the SDK takes whatever is raised for a broken connection.
        return cause
    if isinstance(error, anthropic.APIStatusError):
        return failure(
            status=error.status_code,
            kind=error.type,
            error_code=error.error_code,
            message=error.api_message,
            headers=error.response.headers,
            now=datetime.now(UTC),
        )
    if isinstance(error, httpcore2.TimeoutException) or isinstance(cause, httpcore2.TimeoutException):
        code = "provider_timeout"
        return TransientError(code, "Anthropic did not answer in time.")
    code = "provider_unavailable"
    return TransientError(code, "The connection to Anthropic broke.")
