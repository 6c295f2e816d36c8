"""From text to times through both real SDKs: the sandbox speaks an article, and hears what it spoke."""

import re
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import msgspec
import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]  # publishes no types

from services.stt.deepgram import DeepgramListener
from services.stt.steps import Spoken, align
from services.tts.gemini import GeminiSpeech
from services.tts.steps import narrate
from shared.articles.model import Alignment, Article, Narration, Provenance, Sentence, Token
from shared.settings import ProviderSettings
from tests.support.memory_blobs import MemoryBlobs
from tests.support.sandbox import RunningSandbox
from tests.support.step_run import MemoryRun

pytestmark = pytest.mark.filterwarnings(
    # The SDK's WebSocket part, which is imported along and which we do not use.
    "ignore:websockets.legacy is deprecated:DeprecationWarning",
    "ignore:websockets.exceptions.InvalidStatusCode is deprecated:DeprecationWarning",
)
LONG = "Die Stadt ist groß, und die Straßen sind voll. Am Abend gehen alle Leute nach Hause und schlafen. " * 25
TEXT = f"„Guten Morgen!“, sagt Frau Meier. Sie ist 25 Jahre alt.\n\n{LONG.strip()}\n\n* * *\n\nDas war’s."  # noqa: RUF001 - as it is printed


def article() -> Article:
    return Article(
        id=UUID(int=1),
        owner_id=UUID(int=2),
        job_id=UUID(int=3),
        language="de",
        native_language=None,
        level="A1",
        title="Guten Morgen",
        text=TEXT,
        provenance=Provenance(provider="anthropic", model="m"),
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def sentences() -> list[Sentence]:
    """The text cut roughly, as good as this test needs."""
    cut = [
        (number, sentence)
        for number, paragraph in enumerate(TEXT.split("\n\n"))
        for sentence in re.split(r"(?<=[.!?]) (?=\w)", paragraph)
    ]
    return [
        Sentence(index=index, paragraph=number, start=0, end=len(text), text=text, tokens=tokens(text))
        for index, (number, text) in enumerate(cut)
    ]


def tokens(text: str) -> list[Token]:
    return [
        Token(start=match.start(), end=match.end(), text=match[0], lemma=match[0], pos="X", pos_source="heuristic")
        for match in re.finditer(r"[\w’]+|[^\w\s]", text)  # noqa: RUF001 - the text's own apostrophe
    ]


class Outcome(msgspec.Struct, frozen=True):
    """What became of the article."""

    narration: Narration
    alignment: Alignment
    mp3: bytes
    calls: tuple[int, int, int]
    """Answered by Gemini, by Deepgram, and paid for."""


@pytest.fixture(scope="module")
def outcome(sandbox_server: RunningSandbox) -> Outcome:
    """The article narrated and aligned."""
    sandbox_server.clear()
    blobs, run = MemoryBlobs(), MemoryRun()
    gemini = ProviderSettings(api_key="sandbox", base_url=sandbox_server.base_url("gemini"), model="tts")
    deepgram = ProviderSettings(api_key="sandbox", base_url=sandbox_server.base_url("deepgram"), model="")
    with closing(GeminiSpeech(gemini)) as speech, closing(DeepgramListener(deepgram)) as listener:
        narration = narrate(article(), None, run, speech, blobs)
        alignment = align(Spoken(language="de", sentences=sentences(), narration=narration), run, listener, blobs)
    answered = [sandbox_server.calls(provider)["answered"] for provider in ("gemini", "deepgram")]
    return Outcome(narration, alignment, blobs.get(narration.key), (answered[0], answered[1], len(run.ledger.paid)))


def test_every_recording_is_paid_for_once(outcome: Outcome) -> None:
    # The long paragraph is spoken in two passages and heard as one; the stars are neither spoken nor heard.
    assert outcome.calls == (4, 3, 7)


def test_every_word_gets_its_moment(outcome: Outcome) -> None:
    assert (outcome.alignment.coverage, outcome.alignment.warnings) == (1.0, [])
    edges = [edge for timing in outcome.alignment.sentences for time in timing.tokens if time for edge in time]
    assert edges == sorted(edges)
    assert 0 <= edges[0] < edges[-1] <= outcome.narration.duration_ms


def test_words_are_timed_where_the_mp3_has_sound(outcome: Outcome) -> None:
    samples, rate = soundfile.read(BytesIO(outcome.mp3), dtype="int16")
    words = [time for timing in outcome.alignment.sentences for time in timing.tokens if time]
    loud = [np.abs(samples[start * rate // 1000 : end * rate // 1000].astype(int)).max() > 500 for start, end in words]
    assert all(loud)


def test_the_last_paragraph_begins_where_its_offset_says(outcome: Outcome) -> None:
    samples, rate = soundfile.read(BytesIO(outcome.mp3), dtype="int16")
    offset = outcome.narration.paragraphs[-1].offset_ms
    spoken = outcome.alignment.sentences[-1].time
    assert spoken is not None
    assert offset <= spoken[0] < offset + 200
    pause = samples[(offset - 400) * rate // 1000 : (offset - 100) * rate // 1000]
    assert np.abs(pause.astype(int)).max() < 100
