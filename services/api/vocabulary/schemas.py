"""Words as clients send and see them, and how far a learner is with them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.plain_text import CODE, LINE
from shared.articles.model import Band, Level
from shared.learning.model import EntryStatus
from shared.learning.scheduling import CardState, Direction
from shared.lexicon.model import Example, PartOfSpeech

MOST_WORD = 100  # characters of a lemma, a form, a translation
MOST_EXAMPLE = 500  # characters
MOST_OF_EACH = 20  # translations into one language, forms
MOST_EXAMPLES = 10

Line = Annotated[str, Meta(min_length=1, max_length=MOST_WORD, pattern=LINE)]
LongLine = Annotated[str, Meta(min_length=1, max_length=MOST_EXAMPLE, pattern=LINE)]
Code = Annotated[str, Meta(pattern=CODE)]


class ExampleOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence that shows a word in use."""

    text: LongLine
    translations: Annotated[dict[Code, LongLine], Meta(max_length=MOST_OF_EACH, description="By ISO 639-1 code.")] = {}


class WordOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of the learner's own, the whole of it."""

    language: Annotated[Code, Meta(description="ISO 639-1 code.", examples=["de"])]
    lemma: Annotated[
        Line, Meta(description="The dictionary form; an article before it becomes its `article`.", examples=["Oma"])
    ]
    pos: Annotated[PartOfSpeech, Meta(description="Universal part of speech; X if it is not known.")] = "X"
    sense: Annotated[
        str,
        Meta(max_length=MOST_WORD, pattern=r"^[^\x00-\x1f\x7f]*$", description="Tells two meanings of a lemma apart."),
    ] = ""
    article: Line | None = None
    plural: Line | None = None
    reading: Annotated[Line | None, Meta(description="Japanese: in kana.")] = None
    level: Level | None = None
    translations: Annotated[
        dict[Code, Annotated[list[Line], Meta(min_length=1, max_length=MOST_OF_EACH)]],
        Meta(max_length=MOST_OF_EACH, description="By ISO 639-1 code, the best first."),
    ] = {}
    forms: Annotated[
        dict[Line, Line], Meta(max_length=MOST_OF_EACH, description="Irregular or useful forms by name.")
    ] = {}
    examples: Annotated[list[ExampleOrder], Meta(max_length=MOST_EXAMPLES)] = []


class WordView(msgspec.Struct, frozen=True, kw_only=True):
    """One meaning of one lemma."""

    id: UUID
    language: str
    lemma: str
    pos: str
    sense: Annotated[str, Meta(description="Tells two meanings of a lemma apart; empty where there is one.")]
    article: str | None
    plural: str | None
    reading: str | None
    romanised: Annotated[str | None, Meta(description="Its kana in Latin letters; null where nobody knows.")]
    level: Level | None
    zipf: Annotated[float | None, Meta(description="Zipf frequency, 0 to 8; null until it has been looked up.")]
    band: Annotated[Band | None, Meta(description="The band of `zipf`.")]
    translations: Annotated[dict[str, list[str]], Meta(description="By ISO 639-1 code, the best first.")]
    forms: dict[str, str]
    examples: list[Example]
    source: Annotated[str, Meta(description="`catalogue`, `analysis`, `own`, `anki`, `csv`. There may be more.")]
    licence: str
    own: Annotated[bool, Meta(description="The learner's own, seen by nobody else. All others are read-only.")]


class Recommendations(msgspec.Struct, frozen=True, kw_only=True):
    """Words to learn next."""

    pair_id: UUID
    items: list[WordView]


class CardCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many cards are in which state."""

    new: int = 0
    learning: int = 0
    review: int = 0
    mature: int = 0
    suspended: int = 0


class EntryCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries of the word bank have which status."""

    pending_sense: int = 0
    new: int = 0
    learning: int = 0
    known: int = 0
    ignored: int = 0
    suspended: int = 0


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a learner is with a language pair."""

    pair_id: UUID
    entries: EntryCounts
    mastered: Annotated[int, Meta(description="Entries all of whose cards are mature.")]
    cards: Annotated[CardCounts, Meta(description="Cards of words.")]


class CardProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How well one card is remembered."""

    id: UUID
    direction: Direction
    state: CardState
    due: datetime
    stability_days: float | None
    difficulty: Annotated[float | None, Meta(description="1 to 10.")]
    reviews: int
    lapses: int


class EntryProgress(msgspec.Struct, frozen=True, kw_only=True):
    """A word in the bank of one pair."""

    entry_id: UUID
    pair_id: UUID
    status: EntryStatus
    cards: list[CardProgress]


class WordProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a learner is with one word: an entry a language pair."""

    word: WordView
    entries: list[EntryProgress]
