"""The learner's day and the next cards as screens show them. Pure."""

from collections.abc import Callable

import msgspec

from services.api.database import Row
from services.api.screens.learner_schemas import CardToReview, Streak, Today
from services.api.screens.shelf_views import strings
from services.api.screens.study import Study
from shared.learning.model import Meeting
from shared.learning.scheduling import Memory, shown_state
from shared.lexicon.kana import latin_word
from shared.lexicon.model import Example, RubyPiece

AUDIO_LIFE = 3600  # seconds that the address of an audio can be used: longer than anybody looks at one screen
PLAIN = (
    "id", "direction", "due", "entry_id", "sentence_id", "text", "pos", "sense", "article", "plural", "reading", "note",
)  # fmt: skip
"""Columns of a card that are shown as they are."""


def today(row: Row, study: Study) -> Today:
    """The row of the queue's counts."""
    return Today(
        learning=row["learning"],
        review=row["review"],
        new=row["new"],
        new_left=row["new_left"],
        reviews_left=row["reviews_left"],
        ends_at=study.begin(days=1),
    )


def streak_of(row: Row) -> Streak:
    """Days in a row, of a row of `STREAK`."""
    return Streak(days=row["streak"], today=row["answered"], frozen=row["frozen"])


def card_to_review(row: Row, sign: Callable[[str, int], str]) -> CardToReview:
    """A card of the queue with its front and back.

    Args:
        row: Of `next_cards`.
        sign: Makes an address from an object key that lives for so many seconds.
    """
    memory = Memory(state=row["state"], stability=row["stability"], due=row["due"])
    return CardToReview(
        **{name: row[name] for name in PLAIN},
        state=shown_state(memory, suspended=False),
        translations=strings(row["translations"]),
        examples=[] if row["examples"] is None else msgspec.json.decode(row["examples"], type=list[Example]),
        romanised=_romanised(row),
        met=None if row["met"] is None else msgspec.json.decode(row["met"], type=Meeting),
        ruby=None if row["ruby"] is None else msgspec.json.decode(row["ruby"], type=list[RubyPiece]),
        audio_url=None if row["audio_key"] is None else sign(row["audio_key"], AUDIO_LIFE),
    )


def _romanised(row: Row) -> str | None:
    if row["sentence_id"] is not None:
        return row["romanised"]  # type: ignore[no-any-return]  # a column of texts
    return latin_word(row["reading"], row["text"], row["pos"])
