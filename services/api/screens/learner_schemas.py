"""What the screens of a learner show."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.articles.schemas import ArticleSummary
from services.api.pairs import Pair
from shared.articles.model import Level
from shared.learning.model import EntryStatus, Meeting
from shared.learning.scheduling import CardState, Direction
from shared.lexicon.model import Example, RubyPiece

Active = Annotated[Pair | None, Meta(description="The active language pair; null while there is none.")]
Count = Annotated[int, Meta(ge=0)]


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """What the learner's day still holds, as `/api/learning/queue` counts it."""

    learning: Annotated[Count, Meta(description="Cards in their first or repeated steps that are due now.")]
    review: Annotated[Count, Meta(description="Learnt cards that are due before the day ends, within the day's limit.")]
    new: Annotated[Count, Meta(description="New cards that are to be begun today.")]
    new_left: Annotated[Count, Meta(description="New cards that the day's limit still allows.")]
    reviews_left: Annotated[Count, Meta(description="Reviews that the day's limit still allows.")]
    ends_at: datetime


class Streak(msgspec.Struct, frozen=True, kw_only=True):
    """Days in a row, in the learner's time zone, with at least one review; frozen ones without are passed over."""

    days: Annotated[Count, Meta(description="Counted up to a thousand days back. Today counts once it has a review.")]
    today: Annotated[bool, Meta(description="Whether there was a review today; if not, the streak ends with the day.")]
    frozen: Annotated[bool, Meta(description="Today is frozen: without a review the streak goes on all the same.")]


class HomeScreen(msgspec.Struct, frozen=True, kw_only=True):
    """The home screen."""

    pair: Active
    today: Today | None
    streak: Streak
    articles: Annotated[
        list[ArticleSummary], Meta(description="The newest five in the pair's language; of all languages without one.")
    ]


class PackCard(msgspec.Struct, frozen=True, kw_only=True):
    """A pack on the screen of packs."""

    id: UUID
    level: Level
    title: Annotated[str, Meta(description="In the pair's native language, else in English.")]
    description: str
    words: Count
    in_bank: Annotated[Count, Meta(description="Of these words, how many are in the learner's bank.")]


class PacksScreen(msgspec.Struct, frozen=True, kw_only=True):
    """The screen of packs."""

    pair: Active
    items: Annotated[list[PackCard], Meta(description="Published packs of the pair's language, the easiest first.")]


class CardOfEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A card on an entry of the word bank."""

    id: UUID
    direction: Direction
    state: CardState
    due: datetime


class BankEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry on the screen of the word bank."""

    id: UUID
    word_id: Annotated[UUID | None, Meta(description="Null while the learner has to choose a meaning.")]
    lemma: str
    pos: str
    sense: str | None
    article: str | None
    plural: str | None
    reading: str | None
    romanised: Annotated[str | None, Meta(description="Its kana in Latin letters; null where nobody knows.")]
    level: Level | None
    translations: Annotated[list[str], Meta(description="In the pair's native language, the best first.")]
    status: EntryStatus
    note: str
    article_id: UUID | None
    created_at: datetime
    cards: list[CardOfEntry]


class WordBankScreen(msgspec.Struct, frozen=True, kw_only=True):
    """The screen of the word bank."""

    pair: Active
    counts: Annotated[dict[EntryStatus, int], Meta(description="How many entries have each status, all pages.")]
    items: list[BankEntry]
    next_page_token: Annotated[str, Meta(description="Empty on the last page, and only there.")]


class CardToReview(msgspec.Struct, frozen=True, kw_only=True):
    """A card of the review screen, with everything to show its front and back."""

    id: UUID
    direction: Direction
    state: CardState
    due: datetime
    entry_id: UUID | None
    sentence_id: UUID | None
    text: Annotated[str, Meta(description="What is learnt: the word's lemma, or the sentence.")]
    pos: str | None
    sense: str | None
    article: str | None
    plural: str | None
    reading: str | None
    romanised: Annotated[
        str | None, Meta(description="Japanese: the word or sentence in Latin letters; null where nobody knows.")
    ]
    translations: Annotated[list[str], Meta(description="In the pair's native language, the best first.")]
    examples: list[Example]
    note: str | None
    met: Annotated[Meeting | None, Meta(description="Where the learner met the word.")]
    ruby: Annotated[list[RubyPiece] | None, Meta(description="Japanese sentences: pieces with their furigana.")]
    audio_url: Annotated[str | None, Meta(description="Somebody speaking the sentence; good for an hour.")]


class ReviewScreen(msgspec.Struct, frozen=True, kw_only=True):
    """The review screen."""

    pair: Active
    today: Today | None
    cards: Annotated[list[CardToReview], Meta(description="The next cards, in the order to ask them.")]
