"""A card in the words of SM-2, for clients that know those. A view: FSRS alone schedules. Pure."""

from uuid import UUID, uuid4

from fsrs import Rating, State

from services.api.learning.schemas import Sm2View
from shared.learning.scheduling import Memory, Review, fsrs_of, reviewed, shown_state
from shared.learning.settings import StudySettings

FIRST_EASE = 2.5
"""Of a card that was not learnt yet: where SM-2 begins."""
LEAST_EASE = 1.3
"""SM-2's own bound. Source: https://super-memory.com/english/ol/sm2.htm"""


def sm2_view(card_id: UUID, memory: Memory, suspended: str | None, settings: StudySettings) -> Sm2View:
    """Ease, interval and state of a card.

    SM-2's ease is the factor by which a good answer lengthens the interval; FSRS has no such number, but tells what a
    good answer at the due moment would make of stability.
    """
    learnt = memory.state == State.Review and memory.last_review is not None
    return Sm2View(
        card_id=card_id,
        ease=_ease(card_id, memory, settings) if learnt else FIRST_EASE,
        interval_days=(memory.due - memory.last_review).days if learnt and memory.last_review else 0,
        state=shown_state(memory, suspended=suspended is not None),
        due=memory.due,
        repetitions=memory.reviews,
        lapses=memory.lapses,
    )


def _ease(card_id: UUID, memory: Memory, settings: StudySettings) -> float:
    good = Review(id=uuid4(), rating=int(Rating.Good), reviewed_at=memory.due)
    after = reviewed(memory, good, card_id, fsrs_of(settings))
    return round(max(LEAST_EASE, (after.stability or 0.0) / (memory.stability or 1.0)), 2)
