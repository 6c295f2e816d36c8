"""Aligning an article: every paragraph's recording is heard, and the words found in it get their times."""

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from services.stt.matching import Matching, match
from services.stt.ports import Listener, Transcript
from shared.articles.model import Alignment, Narration, Provenance, Sentence, SentenceTiming, Timing
from shared.blobs.ports import Blobs
from shared.jobs.errors import PermanentError, TransientError
from shared.languages import LANGUAGES, Language
from shared.ledger.ports import PaidCall, Run

CALL_SECONDS = 120.0
"""The most one call may take, well above what a paragraph needs (not measured on the provider itself)."""
CUT_IN_ITS_OWN_WAY = frozenset({"ja"})
"""Languages without spaces: a recogniser's words are not ours, so letters are compared."""


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """An article that was cut into sentences and read aloud."""

    language: str
    """ISO 639-1."""
    sentences: Sequence[Sentence]
    narration: Narration


def align(spoken: Spoken, run: Run, listener: Listener, blobs: Blobs) -> Alignment:
    """Find the moment at which each sentence and word is spoken.

    Args:
        spoken: The article.
        run: Clock and ledger of this attempt.
        listener: Who hears.
        blobs: Where the recordings lie.

    Raises:
        TransientError: The provider failed, or heard nothing at all in any paragraph (`provider_bad_response`).
        PermanentError: `unsupported_language`, or the provider will not hear it.
    """
    language = LANGUAGES.get(spoken.language)
    if language is None:
        raise PermanentError("unsupported_language", f"Nobody hears {spoken.language!r}.")
    hearing = _Hearing(language, run, listener)
    paragraphs = spoken.narration.paragraphs
    timings: list[SentenceTiming] = []
    for index, paragraph in enumerate(paragraphs):
        run.watch.progress(index, len(paragraphs), f"listening to paragraph {index + 1} of {len(paragraphs)}")
        sentences = [sentence for sentence in spoken.sentences if sentence.paragraph == index]
        times = hearing.times(sentences, blobs.get(paragraph.key), paragraph.duration_ms)
        timings += _timings(sentences, times, paragraph.offset_ms)
    hearing.check()
    run.watch.progress(len(paragraphs), len(paragraphs), "aligned")
    return Alignment(
        sentences=timings, coverage=hearing.coverage, warnings=hearing.warnings, provenance=hearing.provenance()
    )


class _Hearing:
    """One listener hearing one article, and what came of it."""

    def __init__(self, language: Language, run: Run, listener: Listener) -> None:
        self.warnings: list[str] = []
        self._language = language
        self._run = run
        self._listener = listener
        self._model = listener.model(language)
        self._answered = self._model
        self._paid: list[UUID] = []
        self._heard = self._matched = self._words = 0

    def times(self, sentences: Sequence[Sentence], audio: bytes, duration_ms: int) -> list[Timing | None]:
        """One time a token of `sentences`, from the start of the recording."""
        tokens = [token.text for sentence in sentences for token in sentence.tokens]
        by_letter = self._language.code in CUT_IN_ITS_OWN_WAY
        unheard = match(tokens, (), duration_ms, by_letter=by_letter)
        if not unheard.words:
            return unheard.times
        transcript = self._listen(audio)
        matching = match(tokens, transcript.words, duration_ms, by_letter=by_letter)
        self._note(transcript, matching, sentences[0].paragraph)
        return matching.times

    @property
    def coverage(self) -> float:
        """Share of the words that were matched; 1 if there are none."""
        return self._matched / self._words if self._words else 1.0

    def check(self) -> None:
        """Refuse an article in which nothing at all was heard: that is no alignment, and its answers are no good."""
        if self._words and not self._heard:
            detail = self.warnings[0] if self.warnings else "nothing was heard"
            raise TransientError("provider_bad_response", f"No word was heard: {detail}.", rejects=tuple(self._paid))

    def provenance(self) -> Provenance:
        """Who heard."""
        listener = self._listener
        return Provenance(provider=listener.provider, model=self._answered, sandbox=listener.sandbox)

    def _listen(self, audio: bytes) -> Transcript:
        self._run.watch.check()
        paid = self._pay(audio)
        self._paid.append(paid.id)
        self._answered = paid.reply.model
        return msgspec.json.decode(paid.reply.body, type=Transcript)

    def _pay(self, audio: bytes) -> PaidCall:
        listener, language = self._listener, self._language
        request = msgspec.json.encode([self._model, language.code, hashlib.sha256(audio).hexdigest()])
        seconds = min(self._run.watch.left(), CALL_SECONDS)
        return self._run.ledger.pay(
            listener.provider, self._model, request, lambda: listener.listen(audio, language, seconds=seconds)
        )

    def _note(self, transcript: Transcript, matching: Matching, paragraph: int) -> None:
        self._heard += len(transcript.words)
        self._matched += matching.matched
        self._words += matching.words
        said = [*transcript.warnings, *([] if matching.matched else ["no word of the text was recognised"])]
        self.warnings += [f"paragraph {paragraph + 1}: {warning}" for warning in said]


def _timings(sentences: Iterable[Sentence], times: Sequence[Timing | None], offset_ms: int) -> Iterable[SentenceTiming]:
    """Times of the recording as times of the whole audio, sentence by sentence."""
    rest = iter(times)
    for sentence in sentences:
        tokens = [_moved(next(rest), offset_ms) for _ in sentence.tokens]
        spoken = [time for time in tokens if time is not None]
        yield SentenceTiming(time=(spoken[0][0], spoken[-1][1]) if spoken else None, tokens=tokens)


def _moved(time: Timing | None, offset_ms: int) -> Timing | None:
    return None if time is None else (time[0] + offset_ms, time[1] + offset_ms)
