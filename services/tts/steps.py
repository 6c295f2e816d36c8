"""Narrating an article: every paragraph spoken and kept losslessly, then all of it as one MP3."""

from collections.abc import Sequence

import msgspec
import numpy as np

from services.tts.encoding import Mp3, flac, milliseconds, silence
from services.tts.pace import letters, pace_of
from services.tts.passages import passages
from services.tts.ports import Passage, Speech, SpokenAnswer
from services.tts.recording import Samples, samples_of
from shared.articles.model import Article, NarratedParagraph, Narration, Provenance
from shared.blobs.ports import Blobs
from shared.jobs.errors import PermanentError, StepError
from shared.languages import LANGUAGES, Language
from shared.ledger.ports import PaidCall, Run

CALL_SECONDS = 120.0
"""The most one call may take, well above what a passage needs (not measured on the provider itself)."""
PARAGRAPH_PAUSE = 0.6  # seconds of silence between two paragraphs, in the MP3 alone
PASSAGE_PAUSE = 0.25  # seconds of silence where a long paragraph was cut for the voice
WORDLESS_PAUSE = 0.5  # seconds that stand for a paragraph without a word ("* * *"), which no voice is asked to read


def narrate(article: Article, voice: str | None, run: Run, speech: Speech, blobs: Blobs) -> Narration:
    """Read `article` aloud, paragraph by paragraph.

    A retry pays only for what is missing: the ledger serves what was spoken before. The offsets are counted in
    samples, so they are those of the joined audio.

    Args:
        article: What to read; its title is not read.
        voice: One of the language's voices; null for its first.
        run: Clock, ledger and object keys of this attempt.
        speech: Who speaks.
        blobs: Where the recordings are put.

    Raises:
        TransientError: The provider failed, or a gate refused a recording (`audio_empty`, `audio_truncated`).
        PermanentError: `unsupported_language`, `input_invalid` (voice), or the provider will not speak the text.
    """
    reader = _Reader(*_choose(article.language, voice), run, speech)
    paragraphs = article.paragraphs
    kept: list[NarratedParagraph] = []
    with Mp3() as mp3:
        for index, paragraph in enumerate(paragraphs):
            run.watch.progress(index, len(paragraphs), f"speaking paragraph {index + 1} of {len(paragraphs)}")
            samples = reader.read(paragraph)
            if kept:
                mp3.write(silence(PARAGRAPH_PAUSE))
            key = run.key(f"paragraph-{index:03}.flac")
            blobs.put(key, flac(samples), "audio/flac")
            kept.append(_place(key, mp3.length, samples))
            mp3.write(samples)
    run.watch.check()
    audio_key = run.key("article.mp3")
    blobs.put(audio_key, mp3.content, "audio/mpeg")
    run.watch.progress(len(paragraphs), len(paragraphs), "spoken")
    duration = milliseconds(mp3.length)
    return Narration(
        key=audio_key, duration_ms=duration, voice=reader.voice, paragraphs=kept, provenance=reader.provenance()
    )


def _choose(code: str, voice: str | None) -> tuple[Language, str]:
    language = LANGUAGES.get(code)
    if language is None:
        raise PermanentError("unsupported_language", f"There is no voice for {code!r}.")
    chosen = voice or language.voices[0]
    if chosen not in language.voices:
        raise PermanentError("input_invalid", f"voice: {chosen!r} is no voice for {language.name}.")
    return language, chosen


def _place(key: str, before: int, samples: Samples) -> NarratedParagraph:
    offset = milliseconds(before)
    return NarratedParagraph(key=key, offset_ms=offset, duration_ms=milliseconds(before + samples.size) - offset)


class _Reader:
    """One voice reading one article."""

    def __init__(self, language: Language, voice: str, run: Run, speech: Speech) -> None:
        self.voice = voice
        self._language = language
        self._run = run
        self._speech = speech
        self._answered = speech.model

    def read(self, paragraph: str) -> Samples:
        """The samples of a whole paragraph."""
        if not letters(paragraph):
            return silence(WORDLESS_PAUSE)
        pieces = passages(paragraph, pace_of(self._language.code).passage_letters)
        return _joined([self._speak(piece) for piece in pieces if letters(piece)])

    def _speak(self, text: str) -> Samples:
        self._run.watch.check()
        paid = self._pay(Passage(text=text, voice=self.voice, locale=self._language.speech_locale))
        self._answered = paid.reply.model
        try:
            return samples_of(msgspec.msgpack.decode(paid.reply.body, type=SpokenAnswer), text, self._language.code)
        except StepError as error:
            error.rejects = (paid.id,)
            raise

    def _pay(self, passage: Passage) -> PaidCall:
        speech, seconds = self._speech, min(self._run.watch.left(), CALL_SECONDS)
        request = msgspec.json.encode([speech.provider, speech.model, passage], order="deterministic")
        return self._run.ledger.pay(
            speech.provider, speech.model, request, lambda: speech.speak(passage, seconds=seconds)
        )

    def provenance(self) -> Provenance:
        """Who spoke."""
        speech = self._speech
        return Provenance(provider=speech.provider, model=self._answered, sandbox=speech.sandbox, voice=self.voice)


def _joined(spoken: Sequence[Samples]) -> Samples:
    pause = silence(PASSAGE_PAUSE)
    parts = [part for samples in spoken for part in (pause, samples)][1:]
    return np.concatenate(parts)
