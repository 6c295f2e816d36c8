"""What learners do to their reviews and settings. In transactions, so over the engine's pool in a thread."""

from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from uuid import UUID
from zoneinfo import available_timezones

from services.api.learning.schemas import ReviewOrder, ReviewView, ScheduledCard, SettingsOrder
from services.api.learning.views import event_of, review_view, scheduled_card
from services.api.problems import ApiError, FieldError, input_invalid, not_found
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.learning import reviews
from shared.learning.reviews import Recorded, ReviewEvent, Source
from shared.learning.settings import StudySettings
from shared.learning.settings_rows import WRITE_SETTINGS, settings_of

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No answer was given before: a clock that was never set says 1970, and would make a card's first years."""


async def record(visit: Visit, events: list[ReviewEvent]) -> Recorded:
    """Write the caller's answers down; once this returns they are committed.

    Raises:
        ApiError: 503, Postgres is away or busy.
    """
    now = visit.resources.now()
    return await in_transaction(visit.resources, lambda db: reviews.record(db, visit.owner_id, events, now=now))


def events_of(orders: list[ReviewOrder], source: Source, field: str = "reviews[{}].reviewed_at") -> list[ReviewEvent]:
    """The answers as the scheduler takes them.

    Args:
        orders: As clients send them.
        source: Whether they were given just now or offline.
        field: How the moment of the answer at a place is called in the body.

    Raises:
        ApiError: 400, one was given before there was anybody to give it.
    """
    errors = [
        FieldError(field.format(place), f"must not be before {EARLIEST.year}")
        for place, order in enumerate(orders)
        if order.reviewed_at < EARLIEST
    ]
    if errors:
        raise input_invalid(errors)
    return [event_of(order, source) for order in orders]


async def record_one(visit: Visit, order: ReviewOrder) -> ReviewView:
    """Write one answer down, given just now.

    Raises:
        ApiError: 400, it was given in the future; 404, no such card of the caller; 409, its id belongs to another
            answer; 503, Postgres is away or busy.
    """
    recorded = await record(visit, events_of([order], "app", field="reviewed_at"))
    (judged,) = recorded.judged
    if judged.verdict == "unknown_card":
        raise not_found("card")
    if judged.verdict == "in_future":
        raise input_invalid([FieldError("reviewed_at", "must not be in the future")])
    if judged.verdict == "conflict":
        detail = "Another answer has this id already: make a new one for each."
        raise ApiError(HTTPStatus.CONFLICT, "review_conflict", detail)
    return review_view(recorded)


async def undo(visit: Visit, review_id: UUID) -> ScheduledCard:
    """Take the last review of a card back.

    Raises:
        ApiError: 404, no such review of the caller; 409, it is not the last of its card; 503, Postgres is away or busy.
    """
    now = visit.resources.now()
    try:
        card = await in_transaction(visit.resources, lambda db: reviews.undo(db, visit.owner_id, review_id, now=now))
    except reviews.ReviewNotFoundError as error:
        raise not_found("review") from error
    except reviews.ReviewNotUndoableError as error:
        detail = "Only the last review of a card can be undone, and none that was imported."
        raise ApiError(HTTPStatus.CONFLICT, "review_not_undoable", detail) from error
    return scheduled_card(card)


async def save_settings(visit: Visit, order: SettingsOrder) -> StudySettings:
    """Study like this from now on.

    Raises:
        ApiError: 400, there is no such time zone; 503, Postgres is away or busy.
    """
    if order.time_zone not in _time_zones():
        raise input_invalid([FieldError("time_zone", "is no IANA time zone like Europe/Berlin")])
    values = (
        order.desired_retention,
        order.new_per_day,
        order.reviews_per_day,
        order.day_starts_at,
        order.time_zone,
        order.leech_lapses,
        order.load_balance,
        visit.resources.now(),
    )
    row = await visit.resources.database.row(WRITE_SETTINGS, visit.owner_id, *values)
    return settings_of(None if row is None else dict(row.items()))


@cache
def _time_zones() -> frozenset[str]:
    """All there are, but for the one that each machine has of its own: reading the folder takes a while."""
    return frozenset(available_timezones() - {"localtime"})
