"""What it costs to sync 1000 answers that were given offline, beside plain INSERTs of 1000 rows in one transaction.

`python -m tests.benchmarks.learning_sync`: prints ratios, asserts nothing. 500 cards with two answers each; in every
round half of the cards are answered later than ever, half earlier, so that these logs are told again. ASGI in process.
"""

import asyncio
import time
from datetime import timedelta
from statistics import median
from uuid import UUID, uuid4

import httpx

from tests.benchmarks.engine_stand import Times, engine_stand, show
from tests.benchmarks.learning_stand import api_of, learner_id, make_learners
from tests.support.api import NOW
from tests.support.jobs import Engine

EVENTS, CARDS, ROUNDS = 1000, 500, 12
INSERT = "INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, state_before) VALUES ($1, $2, $3, 3, $4, 2)"
NEW_CARDS = "SELECT id FROM cards WHERE owner_id = $1 AND state = 0 ORDER BY id LIMIT $2"


def events(cards: list[UUID], turn: int) -> list[dict[str, object]]:
    """The answers of one round."""
    middle, away = NOW - timedelta(days=100), timedelta(hours=1 + turn)
    return [
        {
            "id": str(uuid4()),
            "card_id": str(cards[number % CARDS]),
            "rating": "good",
            "reviewed_at": (middle + (away if number % 2 else -away) + timedelta(seconds=number)).isoformat(),
        }
        for number in range(EVENTS)
    ]


def insert(engine: Engine, cards: list[UUID], turn: int) -> None:
    """The same rows of another learner, and nothing made of them."""
    rows = [(learner_id(2), event["id"], event["card_id"], event["reviewed_at"]) for event in events(cards, turn)]
    with engine.connection.transaction(), engine.connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)


async def sync(http: httpx.AsyncClient, cards: list[UUID], turn: int) -> None:
    """One call."""
    answer = await http.post("/api/learning/reviews/sync", json={"reviews": events(cards, turn)})
    answer.raise_for_status()
    if answer.json()["counts"]["accepted"] != EVENTS:
        raise RuntimeError(answer.text[:200])


async def measure(engine: Engine) -> tuple[Times, Times]:
    """Both by turns; the first round warms up."""
    make_learners(engine, 2)
    mine, theirs = (
        [row["id"] for row in engine.connection.execute(NEW_CARDS, (learner_id(number), CARDS))] for number in (1, 2)
    )
    taken: tuple[list[tuple[float, float]], ...] = ([], [])
    async with api_of(engine, 1) as (http,):
        for turn in range(ROUNDS):
            begun = time.perf_counter(), time.process_time()
            insert(engine, theirs, turn)
            between = time.perf_counter(), time.process_time()
            await sync(http, mine, turn)
            taken[0].append((between[0] - begun[0], between[1] - begun[1]))
            taken[1].append((time.perf_counter() - between[0], time.process_time() - between[1]))
    first, second = (Times(*(1000 * median(column) for column in zip(*times[1:], strict=True))) for times in taken)
    return first, second


def main() -> None:
    """Measure and print."""
    with engine_stand() as engine:
        show(f"sync {EVENTS} answers, beside INSERTs of their rows", *asyncio.run(measure(engine)))


if __name__ == "__main__":
    main()
