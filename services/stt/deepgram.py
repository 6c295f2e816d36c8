"""Deepgram's ears: the only module that knows the deepgram-sdk."""

import threading

import httpx
from deepgram import DeepgramClient
from deepgram.core.api_error import ApiError
from deepgram.core.parse_error import ParsingError
from deepgram.environment import DeepgramClientEnvironment
from deepgram.types import ListenV1Response

from services.stt.deepgram_answers import read_answer
from services.stt.deepgram_failures import failure
from services.stt.transport import DeadlineTransport
from shared.deadlines import Countdown
from shared.jobs.errors import TransientError
from shared.languages import Language
from shared.ledger.ports import Reply
from shared.settings import ProviderSettings


class DeepgramListener:
    """Hears with Deepgram's recorded-audio models. One SDK client a thread: a shared one collapses above 64 threads.

    Args:
        settings: Key, address and model; an empty model means the one in `shared.languages`.
    """

    provider = "deepgram"

    def __init__(self, settings: ProviderSettings) -> None:
        self.sandbox = settings.sandbox
        self._settings = settings
        self._threads = threading.local()
        self._lines: list[_Line] = []

    def model(self, language: Language) -> str:
        """As `services.stt.ports.Listener`."""
        return self._settings.model or language.deepgram_model

    def listen(self, audio: bytes, language: Language, *, seconds: float) -> Reply:
        """As `services.stt.ports.Listener`."""
        line = self._line()
        line.countdown.start(seconds)
        model = self.model(language)
        try:
            response = line.client.listen.v1.media.transcribe_file(
                request=audio,
                model=model,
                language=language.code,
                request_options={"timeout": seconds},
            )
        except (ApiError, ParsingError) as error:
            headers = httpx.Headers(error.headers)
            raise failure(error.status_code, error.body, headers.get("retry-after")) from error
        except TimeoutError as error:
            raise TransientError("provider_timeout", f"Deepgram did not answer within {seconds:.0f} s.") from error
        except ConnectionError as error:
            raise TransientError("provider_unavailable", f"The connection to Deepgram broke: {error}.") from error
        if not isinstance(response, ListenV1Response):
            raise TransientError("provider_bad_response", "Deepgram's answer is no transcript.")
        return read_answer(response.model_dump(mode="json", warnings=False), model)

    def close(self) -> None:
        """Close the connections of all threads; nobody may be in a call."""
        while self._lines:
            self._lines.pop().http.close()

    def _line(self) -> "_Line":
        line: _Line | None = getattr(self._threads, "line", None)
        if line is None:
            line = self._threads.line = _Line(self._settings)
            self._lines.append(line)
        return line


class _Line:
    """One thread's client and the clock of its exchange."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.countdown = Countdown()
        self.http = httpx.Client(transport=DeadlineTransport(self.countdown))
        self.client = DeepgramClient(
            api_key=settings.api_key,
            environment=_environment(settings.base_url),
            max_retries=0,
            httpx_client=self.http,
        )


def _environment(base_url: str | None) -> DeepgramClientEnvironment:
    if base_url is None:
        return DeepgramClientEnvironment.PRODUCTION
    sockets = base_url.replace("http", "ws", 1)
    return DeepgramClientEnvironment(base=base_url, production=sockets, agent=sockets, agent_rest=base_url)
