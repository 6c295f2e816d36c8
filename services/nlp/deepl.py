"""DeepL's translations: with `deepl_transport` the only module that knows its SDK."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import deepl
import msgspec

from services.nlp.deepl_failures import failure
from services.nlp.deepl_transport import DeadlineHttpClient
from services.nlp.ports import Batch, Pairs, TranslatedAnswer
from shared.deadlines import Countdown
from shared.jobs.errors import TransientError
from shared.ledger.ports import Reply
from shared.settings import ProviderSettings

PAIRS_KEPT = 3600.0  # seconds; DeepL adds languages a few times a year
Answer = TypeVar("Answer")


class DeepLTranslator:
    """Translates with DeepL. One SDK client a thread: its session is not made for several.

    Args:
        settings: Key, address and model (`latency_optimized`, `quality_optimized`, `prefer_quality_optimized`).
        clock: Seconds from any fixed point, never going back.
    """

    provider = "deepl"

    def __init__(self, settings: ProviderSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.model = settings.model
        self.sandbox = settings.sandbox
        self._settings = settings
        self._clock = clock
        self._threads = threading.local()
        self._lines: list[_Line] = []
        self._pairs: tuple[float, Pairs] | None = None

    def pairs(self, *, seconds: float) -> Pairs:
        """As `services.nlp.ports.Translator`; remembered for `PAIRS_KEPT`."""
        known = self._pairs
        if known is not None and self._clock() < known[0]:
            return known[1]
        sources = self._asked(lambda client: client.get_source_languages(), seconds)
        targets = self._asked(lambda client: client.get_target_languages(), seconds)
        pairs = Pairs(
            sources=frozenset(language.code.upper() for language in sources),
            targets=frozenset(language.code.upper() for language in targets),
        )
        self._pairs = (self._clock() + PAIRS_KEPT, pairs)
        return pairs

    def translate(self, batch: Batch, *, seconds: float) -> Reply:
        """As `services.nlp.ports.Translator`."""
        results = self._asked(lambda client: self._results(client, batch), seconds)
        return Reply(
            model=next((result.model_type_used for result in results if result.model_type_used), self.model),
            units={"characters": sum(result.billed_characters for result in results)},
            body=msgspec.msgpack.encode(TranslatedAnswer(sentences=[result.text for result in results])),
        )

    def close(self) -> None:
        """Close the connections of all threads; nobody may be in a call."""
        while self._lines:
            self._lines.pop().http.close()

    def _results(self, client: deepl.DeepLClient, batch: Batch) -> list[deepl.TextResult]:
        results = client.translate_text(
            list(batch.sentences),
            source_lang=batch.source,
            target_lang=batch.target,
            context=batch.context,
            split_sentences=deepl.SplitSentences.OFF,
            model_type=self.model,
        )
        if not isinstance(results, list) or not results:
            raise TransientError("provider_bad_response", "There is no translation in DeepL's answer.")
        return results

    def _asked(self, ask: Callable[[deepl.DeepLClient], Answer], seconds: float) -> Answer:
        """What the SDK answers, or the step error for what it raises."""
        line = self._line()
        line.countdown.start(seconds)
        try:
            return ask(line.client)
        except deepl.DeepLException as error:
            raise failure(error.http_status_code or 0, line.http.retry_after) from error
        except TimeoutError as error:
            raise TransientError("provider_timeout", f"DeepL did not answer within {seconds:.0f} s.") from error
        except ConnectionError as error:
            raise TransientError("provider_unavailable", f"The connection to DeepL broke: {error}.") from error
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise TransientError("provider_bad_response", "DeepL's answer is not what its SDK can read.") from error

    def _line(self) -> "_Line":
        line: _Line | None = getattr(self._threads, "line", None)
        if line is None:
            line = self._threads.line = _Line(self._settings)
            self._lines.append(line)
        return line


class _Line:
    """One thread's client, its HTTP and the clock of its exchange."""

    def __init__(self, settings: ProviderSettings) -> None:
        # The SDK joins paths to the address and would drop its last part without the slash.
        address = settings.base_url and f"{settings.base_url.rstrip('/')}/"
        self.client = deepl.DeepLClient(settings.api_key, server_url=address, send_platform_info=False)
        self.client.close()  # type: ignore[no-untyped-call]  # the SDK leaves it out
        self.countdown = Countdown()
        self.http = DeadlineHttpClient(self.countdown)
        self.client._client = self.http  # noqa: SLF001 - the SDK offers no other way to set a time-out for each call
