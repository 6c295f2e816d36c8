"""Reading a text aloud in one voice: cut into passages, paid once, through the gates."""

from collections.abc import Sequence

import msgspec
import numpy as np

from services.tts.encoding import silence
from services.tts.pace import letters, pace_of
from services.tts.passages import passages
from services.tts.ports import Passage, Speech, SpokenAnswer
from services.tts.recording import Samples, samples_of
from shared.articles.model import Provenance
from shared.jobs.errors import PermanentError, StepError
from shared.languages import LANGUAGES, Language
from shared.ledger.ports import PaidCall, Run

CALL_SECONDS = 120.0
"""The most one call may take, well above what a passage needs (not measured on the provider itself)."""
PASSAGE_PAUSE = 0.25  # seconds of silence where a long paragraph was cut for the voice
WORDLESS_PAUSE = 0.5  # seconds that stand for a paragraph without a word ("* * *"), which no voice is asked to read


def reader_of(code: str, voice: str | None, run: Run, speech: Speech) -> "Reader":
    """The voice, or the language's first, ready to read.

    Raises:
        PermanentError: `unsupported_language`, `input_invalid` (voice).
    """
    return Reader(*_choose(code, voice), run, speech)


def _choose(code: str, voice: str | None) -> tuple[Language, str]:
    language = LANGUAGES.get(code)
    if language is None:
        raise PermanentError("unsupported_language", f"There is no voice for {code!r}.")
    chosen = voice or language.voices[0]
    if chosen not in language.voices:
        raise PermanentError("input_invalid", f"voice: {chosen!r} is no voice for {language.name}.")
    return language, chosen


class Reader:
    """One voice reading one text, each passage paid for once."""

    def __init__(self, language: Language, voice: str, run: Run, speech: Speech) -> None:
        self.voice = voice
        self._language = language
        self._run = run
        self._speech = speech
        self._answered = speech.model

    def read(self, paragraph: str) -> Samples:
        """The samples of a whole paragraph.

        Raises:
            TransientError: The provider failed, or a gate refused a recording.
            PermanentError: The provider will not speak the text.
        """
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
