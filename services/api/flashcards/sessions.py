"""A sitting: a row that says which cards it holds. Its answers are the reviews, so no process must remember any."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec

from services.api.database import Database
from services.api.flashcards.schemas import Grades, SessionOrder, SessionSummary, SessionView
from services.api.learning.cards import these_cards
from services.api.learning.queries import require_pair, settings
from services.api.learning.schemas import CardView
from services.api.problems import ApiError, not_found
from services.api.visits import Visit
from shared.jobs.ids import uuid7
from shared.learning.queue import TODAY, queue_arguments
from shared.learning.scheduling import RATINGS

BEGIN = "INSERT INTO study_sessions (id, owner_id, pair_id, cards, created_at) VALUES ($1, $2, $3, $4, $5)"
READ = "SELECT id, pair_id, cards, created_at, ended_at FROM study_sessions WHERE id = $1 AND owner_id = $2"
# Asked twice, it ended the first time.
END = (
    "UPDATE study_sessions SET ended_at = coalesce(ended_at, $3) WHERE id = $1 AND owner_id = $2"
    " RETURNING id, pair_id, cards, created_at, ended_at"
)
ANSWERS = """
SELECT card_id, rating, duration_ms FROM reviews
WHERE owner_id = $1 AND card_id = ANY($2::uuid[]) AND undone_at IS NULL AND source <> 'import'
  AND reviewed_at >= $3 AND ($4::timestamptz IS NULL OR reviewed_at <= $4)
ORDER BY reviewed_at, id
"""
AGAIN = (
    "SELECT id FROM cards WHERE owner_id = $1 AND id = ANY($2::uuid[]) AND suspended IS NULL AND state IN (1, 3)"
    " AND due <= $3 ORDER BY due, id LIMIT 1"
)


class Answer(msgspec.Struct, frozen=True):
    """An answer since the sitting began."""

    card_id: UUID
    rating: int
    duration_ms: int | None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `study_sessions`, with its answers."""

    id: UUID
    pair_id: UUID
    cards: list[UUID]
    created_at: datetime
    ended_at: datetime | None
    answers: list[Answer]

    @property
    def answered(self) -> list[UUID]:
        """Its cards that have an answer, in the session's order."""
        with_answer = {answer.card_id for answer in self.answers}
        return [card_id for card_id in self.cards if card_id in with_answer]


async def begin(visit: Visit, order: SessionOrder) -> SessionView:
    """Sit down with the first cards of the caller's queue.

    Raises:
        ApiError: 404, no such pair of the caller; 503, Postgres is away.
    """
    database, owner_id, now = visit.resources.database, visit.owner_id, visit.resources.now()
    pair_id = await require_pair(database, owner_id, order.pair_id)
    study = await settings(database, owner_id)
    rows = await database.rows(TODAY, *queue_arguments(owner_id, pair_id, study, now), order.cards)
    session_id = uuid7()
    await database.rows(BEGIN, session_id, owner_id, pair_id, [row["id"] for row in rows], now)
    return await show(visit, session_id)


async def show(visit: Visit, session_id: UUID) -> SessionView:
    """The caller's sitting as it is now.

    Raises:
        ApiError: 404, no such session of the caller; 503, Postgres is away.
    """
    return await _view(visit, await _session(visit.resources.database, READ, session_id, visit.owner_id))


async def end(visit: Visit, session_id: UUID) -> SessionView:
    """Get up: what is answered from now on belongs to the sitting no more.

    Raises:
        ApiError: 404, no such session of the caller; 503, Postgres is away.
    """
    now = visit.resources.now()
    return await _view(visit, await _session(visit.resources.database, END, session_id, visit.owner_id, now))


async def require_card(visit: Visit, session_id: UUID, card_id: UUID) -> None:
    """The caller's sitting goes on and holds this card.

    Raises:
        ApiError: 404, no such session, or no such card in it; 409, it has ended.
    """
    session = await _session(visit.resources.database, READ, session_id, visit.owner_id)
    if session.ended_at is not None:
        raise ApiError(HTTPStatus.CONFLICT, "session_ended", "This session has ended: begin another.")
    if card_id not in session.cards:
        raise not_found("card")


async def _session(database: Database, statement: str, session_id: UUID, owner_id: UUID, *more: object) -> Session:
    row = await database.row(statement, session_id, owner_id, *more)
    if row is None:
        raise not_found("session")
    columns: dict[str, Any] = dict(row.items())
    rows = await database.rows(ANSWERS, owner_id, columns["cards"], columns["created_at"], columns["ended_at"])
    return Session(**columns, answers=[Answer(**dict(answer.items())) for answer in rows])


async def _view(visit: Visit, session: Session) -> SessionView:
    return SessionView(
        id=session.id,
        pair_id=session.pair_id,
        created_at=session.created_at,
        ended_at=session.ended_at,
        card_ids=session.cards,
        answered=session.answered,
        next=None if session.ended_at is not None else await _next(visit, session),
        summary=summary_of(session.cards, session.answered, session.answers),
    )


async def _next(visit: Visit, session: Session) -> CardView | None:
    """The first card without an answer; behind them those that are to be learnt again and are due."""
    database, owner_id = visit.resources.database, visit.owner_id
    done = set(session.answered)
    waiting = [card_id for card_id in session.cards if card_id not in done]
    found = await these_cards(database, owner_id, waiting)
    for card in found:
        if card.schedule.state != "suspended":
            return card
    row = await database.row(AGAIN, owner_id, session.cards, visit.resources.now())
    again = [] if row is None else await these_cards(database, owner_id, [row["id"]])
    return again[0] if again else None  # none, too, if it was deleted in this very moment


def summary_of(cards: Sequence[UUID], answered: Sequence[UUID], answers: Sequence[Answer]) -> SessionSummary:
    """What the answers come to."""
    names: dict[int, str] = {int(rating): grade for grade, rating in RATINGS.items()}
    grades = Counter(names[answer.rating] for answer in answers)
    return SessionSummary(
        cards=len(cards),
        answered=len(answered),
        answers=len(answers),
        grades=Grades(**grades),
        accuracy=round(1 - grades["again"] / len(answers), 4) if answers else None,
        duration_ms=sum(answer.duration_ms or 0 for answer in answers),
    )
