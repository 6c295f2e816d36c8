"""Words as the lexicon has them: one entry a meaning of a lemma, whoever brought it."""

import unicodedata
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.articles.model import Level, Provenance

PartOfSpeech = Literal[
    "NOUN", "VERB", "ADJ", "ADV", "PRON", "DET", "ADP", "CCONJ", "SCONJ", "NUM", "INTJ", "PART", "PROPN", "AUX",
    "PHRASE", "X",
]  # fmt: skip
"""Universal part of speech; PHRASE for a fixed expression, X where nobody knows."""


class Example(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence that shows a word in use."""

    text: str
    translations: dict[str, str] = {}
    """By ISO 639-1 code."""
    source: str = ""
    licence: str = ""


class RubyPiece(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of a Japanese text: `sentences.ruby` is a list of them."""

    text: str
    reading: str | None = None
    """Its furigana in hiragana; null for a piece without kanji, or whose reading nobody knows."""


class SentenceAudio(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence spoken: `sentences.audio`."""

    key: str | None = None
    """Of the object; null where it is known that somebody has spoken it, and under which licence, but we have none."""
    author: str = ""
    licence: str = ""
    format: str = ""
    """MIME type."""
    size: int = 0
    """Bytes."""
    duration_ms: int = 0
    sample_rate: int = 0
    """Hertz."""
    provenance: Provenance | None = None
    """Which model spoke, and in which voice; null for a recording of somebody."""


class SpeechOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The input of a `speak_sentence` job."""

    sentence_id: UUID
    voice: str | None = None
    """One of the language's voices; its first if null."""

    @property
    def work(self) -> str:
        """What whoever speaks it takes a turn at."""
        return f"speak_sentence {self.sentence_id}"


class SentenceToSpeak(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence as whoever speaks it has to know it."""

    language: str
    text: str
    spoken: bool
    """There is a recording already."""


class NewWord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A word to be put into the lexicon. Its frequency is looked up by the language worker, never brought along."""

    language: str
    lemma: str
    pos: PartOfSpeech
    sense: str = ""
    """A short English gloss that tells two meanings of one lemma apart; empty where there is one."""
    article: str | None = None
    plural: str | None = None
    reading: str | None = None
    """Japanese: kana."""
    level: Level | None = None
    translations: dict[str, list[str]] = {}
    """By ISO 639-1 code, the best first."""
    forms: dict[str, str] = {}
    """Irregular or useful forms by name: `participle: gegangen`."""
    examples: list[Example] = []
    source: str
    """`catalogue`, `own`, `analysis`, `anki`, `csv`."""
    licence: str = ""


class FoundWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word that fits a lemma."""

    id: UUID
    lemma: str
    pos: str
    sense: str
    translations: dict[str, list[str]]
    own: bool
    """The learner's own, seen by nobody else."""
    article: str | None = None


def folded(text: str) -> str:
    """How a word is searched: lower case, without marks over letters that learners leave out. Kana keep theirs."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (letter for letter in decomposed if not "\u0300" <= letter <= "\u036f")
    return unicodedata.normalize("NFKC", "".join(kept)).strip()


def document(value: Any) -> str:  # noqa: ANN401 - whatever a JSON column holds
    """JSON for a column."""
    return msgspec.json.encode(value).decode()
