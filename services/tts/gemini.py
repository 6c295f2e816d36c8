"""Gemini's voices: the only module that knows the google-genai SDK."""

import threading

import httpx2
import msgspec
from google import genai
from google.genai import errors, types

from services.tts.gemini_failures import failure
from services.tts.ports import Passage, SpokenAnswer
from services.tts.transport import DeadlineTransport
from shared.deadlines import Countdown
from shared.jobs.errors import TransientError
from shared.ledger.ports import Reply
from shared.settings import ProviderSettings

_REFUSALS = frozenset({"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"})
"""Finish reasons that judge the text; the others (`OTHER`, `MAX_TOKENS` ...) may not come back in a second try."""


class GeminiSpeech:
    """Speaks with Gemini's text-to-speech models. One SDK client a thread: a shared one collapses above 64 threads.

    Args:
        settings: Key, address and model.
    """

    provider = "gemini"

    def __init__(self, settings: ProviderSettings) -> None:
        self.model = settings.model
        self.sandbox = settings.sandbox
        self._settings = settings
        self._threads = threading.local()
        self._lines: list[_Line] = []

    def speak(self, passage: Passage, *, seconds: float) -> Reply:
        """As `services.tts.ports.Speech`."""
        line = self._line()
        line.countdown.start(seconds)
        try:
            response = line.client.models.generate_content(
                model=self.model, contents=passage.text, config=_config(passage, seconds)
            )
        except errors.APIError as error:
            retry_after = error.response.headers.get("retry-after") if error.response is not None else None
            raise failure(error.code, error.details, retry_after) from error
        except TimeoutError as error:
            raise TransientError("provider_timeout", f"Gemini did not answer within {seconds:.0f} s.") from error
        except ConnectionError as error:
            raise TransientError("provider_unavailable", f"The connection to Gemini broke: {error}.") from error
        except ValueError as error:  # no JSON, or none that fits: the SDK's own errors are of this kind
            raise TransientError("provider_bad_response", "Gemini's answer is not what its SDK can read.") from error
        return _reply(response, self.model)

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
        self.http = httpx2.Client(transport=DeadlineTransport(self.countdown))
        options = types.HttpOptions(
            base_url=settings.base_url,
            httpx_client=self.http,
            # The SDK also makes a client that is never used; it must not fail on the shell's SOCKS proxy.
            async_client_args={"trust_env": False},
        )
        self.client = genai.Client(api_key=settings.api_key, vertexai=False, http_options=options)


def _config(passage: Passage, seconds: float) -> types.GenerateContentConfig:
    voice = types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name=passage.voice))
    return types.GenerateContentConfig(
        response_modalities=["AUDIO"],
        speech_config=types.SpeechConfig(voice_config=voice, language_code=passage.locale),
        http_options=types.HttpOptions(timeout=max(1, round(seconds * 1000))),
    )


def _reply(response: types.GenerateContentResponse, asked: str) -> Reply:
    usage = response.usage_metadata
    units = {
        "input_tokens": (usage and usage.prompt_token_count) or 0,
        "output_tokens": (usage and usage.candidates_token_count) or 0,
    }
    return Reply(model=response.model_version or asked, units=units, body=msgspec.msgpack.encode(_answer(response)))


def _answer(response: types.GenerateContentResponse) -> SpokenAnswer:
    candidate = response.candidates[0] if response.candidates else None
    parts = candidate.content.parts if candidate and candidate.content else None
    blobs = [part.inline_data for part in parts or () if part.inline_data]
    finish_reason = candidate.finish_reason.value if candidate and candidate.finish_reason else ""
    return SpokenAnswer(
        mime_type=(blobs[0].mime_type if blobs else None) or "",
        audio=b"".join(blob.data or b"" for blob in blobs),
        finish_reason=finish_reason,
        refusal=_block_reason(response) or (finish_reason if finish_reason in _REFUSALS else ""),
    )


def _block_reason(response: types.GenerateContentResponse) -> str:
    feedback = response.prompt_feedback
    return feedback.block_reason.value if feedback and feedback.block_reason else ""
