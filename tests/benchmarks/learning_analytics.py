"""What numbers by days cost while nothing is kept but the reviews, beside the home screen.

`python -m tests.benchmarks.learning_analytics`: 100 learners with 1000 answers each, over half a year, and one with
100 000 answers over a year, a quarter of them to cards that are being learnt. Prints ratios, asserts nothing. ASGI in
one process.
"""

import asyncio
import time
from statistics import median

import httpx

from tests.benchmarks.engine_stand import Times, engine_stand, show
from tests.benchmarks.learning_stand import answer_more, api_of, learner_id, make_learners
from tests.support.api import NOW
from tests.support.jobs import Engine

LEARNERS, EACH = 100, 1000
BUSY, MANY = 100, 100_000  # the number of the learner who answers more than anybody does, and how often
ROUNDS = 30
PATHS = (
    "/api/learning/analytics/daily",
    "/api/learning/analytics/daily?from=2025-03-02",
    "/api/learning/analytics/trends?days=30",
    "/api/learning/analytics/trends?days=182",
)
# Within a year, in sittings of fifty; of four answers one is to a card that is being learnt.
ANSWERS = """
INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, duration_ms, state_before)
SELECT $1, made_id(7, number), made_id(5, number * 7 % 400 * 10000 + $2), 1 + number % 4,
       $3::timestamptz - number / 50 * interval '262 minutes' - number % 50 * interval '20 seconds',
       1000 + number * 37 % 9000, CASE number % 4 WHEN 0 THEN 1 ELSE 2 END
FROM generate_series(0, $4::integer - 1) AS number
"""


async def look(client: httpx.AsyncClient, path: str, rounds: int) -> Times:
    """The median of one path."""
    taken = []
    for turn in range(rounds + 3):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = await client.get(path)
        answer.raise_for_status()
        if turn >= 3:  # the first warm up
            taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    return Times(*(1000 * median(column) for column in zip(*taken, strict=True)))


async def measure(engine: Engine) -> None:
    """Each path, of a usual learner and of the busiest."""
    make_learners(engine, LEARNERS)
    engine.connection.execute(ANSWERS, (learner_id(BUSY), BUSY, NOW, MANY))
    answer_more(engine, LEARNERS, 0, EACH - 1)
    async with api_of(engine, BUSY) as clients:
        for who, client in ((f"{EACH:,} answers", clients[0]), (f"{MANY:,} answers", clients[BUSY - 1])):
            home = await look(client, "/bff/home", ROUNDS)
            for path in PATHS:
                show(f"{who}: {path.removeprefix('/api/learning/analytics')}", home, await look(client, path, ROUNDS))


def main() -> None:
    """Measure and print."""
    with engine_stand() as engine:
        asyncio.run(measure(engine))


if __name__ == "__main__":
    main()
