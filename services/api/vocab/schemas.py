"""What clients send to keep words, and what they get."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from services.api.plain_text import LINE, PLAIN, VISIBLE
from shared.articles.model import Level
from shared.learning.entries import Settable
from shared.learning.model import EntryStatus
from shared.learning.scheduling import CardState, Direction
from shared.lexicon.model import PartOfSpeech

MOST_LEMMA = 100  # characters
MOST_TRANSLATION = 200  # characters
MOST_NOTE = 2_000  # characters
MOST_ITEMS = 500
MOST_OFFSET = 1_000_000  # code points

Text = Annotated[str, Meta(min_length=1, max_length=MOST_LEMMA, pattern=LINE)]
Meaning = Annotated[str, Meta(min_length=1, max_length=MOST_TRANSLATION, pattern=VISIBLE)]
Note = Annotated[
    str, Meta(max_length=MOST_NOTE, pattern=PLAIN, description="What the learner wants to remember with it.")
]
PairId = Annotated[UUID | None, Meta(description="In which pair's bank; that of the active pair without it.")]


def _limited(description: str, most: int, pattern: str = VISIBLE) -> Meta:
    """Says the limits once more for the OpenAPI document: its generator does not look for them inside a union."""
    return Meta(
        extra_json_schema={
            "description": description,
            "extra": {"min_length": 1, "max_length": most, "pattern": pattern},
        }
    )


class PairOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language to learn."""

    language: Annotated[str, Meta(description="ISO 639-1 code of what is learnt.", examples=["de"])]
    native_language: Annotated[str, Meta(description="ISO 639-1 code of what is known.", examples=["en"])]


class PairView(msgspec.Struct, frozen=True, kw_only=True):
    """A language that the learner learns, and from which."""

    id: UUID
    language: str
    native_language: str
    active: Annotated[bool, Meta(description="The one that is meant where no pair is named. There is exactly one.")]
    created_at: datetime


class WordOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word to keep: its lemma, or the id of one of its meanings, which decides if both are given."""

    lemma: Annotated[
        Text | None, _limited("As a dictionary has it; with its article or without.", MOST_LEMMA, LINE)
    ] = None
    word_id: Annotated[UUID | None, Meta(description="A word of the lexicon, or of the learner's own.")] = None
    pos: Annotated[PartOfSpeech | None, Meta(description="Only meanings of this part of speech.")] = None
    translation: Annotated[
        Meaning | None,
        _limited("The learner's own; it counts only if the lexicon does not have the word.", MOST_TRANSLATION),
    ] = None
    note: Note = ""


class EntryOrder(WordOrder, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word to keep in a bank."""

    pair_id: PairId = None


class EntriesOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Many words to keep in a bank."""

    pair_id: PairId = None
    items: Annotated[list[WordOrder], Meta(min_length=1, max_length=MOST_ITEMS)]


class MeetingOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of an article to keep: the one at an offset."""

    article_id: UUID
    start: Annotated[
        int,
        Meta(
            ge=0,
            le=MOST_OFFSET,
            description="Unicode code points from the beginning of the text to any place in the word; from the "
            "beginning of the sentence if that is named.",
        ),
    ]
    sentence: Annotated[int | None, Meta(description="The sentence's index.")] = None
    pair_id: Annotated[
        UUID | None, Meta(description="A pair of the article's language; without it the active one or the oldest.")
    ] = None
    note: Note = ""


class EntryPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    note: Note | UnsetType = UNSET
    translation: (
        Annotated[Meaning, Meta(description="Of a word of the learner's own, in the pair's native language.")]
        | UnsetType
    ) = UNSET
    word_id: Annotated[UUID, Meta(description="One of the entry's `candidates`.")] | UnsetType = UNSET
    status: (
        Annotated[Settable, Meta(description="With `known`, `ignored` or `suspended` its cards rest.")] | UnsetType
    ) = UNSET


class WordView(msgspec.Struct, frozen=True, kw_only=True):
    """One meaning of a lemma."""

    id: UUID
    lemma: str
    pos: str
    sense: Annotated[str, Meta(description="A gloss that tells meanings apart; empty where there is one.")]
    article: str | None
    plural: str | None
    reading: str | None
    romanised: Annotated[str | None, Meta(description="Its kana in Latin letters; null where nobody knows.")] = None
    level: Level | None
    translations: Annotated[list[str], Meta(description="In the pair's native language, the best first.")]
    own: Annotated[bool, Meta(description="The learner's own, seen by nobody else.")]


class MeetingView(msgspec.Struct, frozen=True, kw_only=True):
    """Where the word was met first."""

    article_id: Annotated[UUID | None, Meta(description="Null if the article was deleted, or it was none.")]
    surface: Annotated[str, Meta(description="As it stood there.")]
    context: Annotated[str, Meta(description="The sentence.")]
    translation: Annotated[str, Meta(description="The sentence's; empty if there was none.")]
    sentence: int | None
    start: Annotated[int | None, Meta(description="Code points from the beginning of the article's text.")]


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A card of the entry."""

    id: UUID
    direction: Direction
    state: CardState
    due: datetime


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """A word that the learner keeps."""

    id: UUID
    pair_id: UUID
    language: str
    lemma: str
    pos: str
    status: EntryStatus
    note: str
    word: Annotated[WordView | None, Meta(description="Null while it waits for a meaning.")]
    met: MeetingView | None
    cards: list[CardView]
    created_at: datetime
    updated_at: datetime


class EntryDetailView(EntryView, frozen=True, kw_only=True):
    """The same, and what it may mean."""

    candidates: Annotated[
        list[WordView],
        Meta(
            description="Meanings to choose from: while it waits for one all; while it has a word of the learner's own "
            "those of the lexicon."
        ),
    ]


class ItemView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one of many words."""

    outcome: Annotated[str, Meta(description="`added`, `present` (the bank had it) or `word_not_found`.")]
    id: Annotated[UUID | None, Meta(description="Of its entry.")] = None
    status: EntryStatus | None = None


class EntriesView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of many words, in their order."""

    added: int
    present: int
    not_found: int
    items: list[ItemView]
