"""What a growing log of reviews costs the home screen and the queue, beside the same with a hundredth of the log.

`python -m tests.benchmarks.learning_screens [learners]`: 100 learners with 2000 cards each, 1 000 reviews beside
100 000; with 1000 learners they are 10 000 and 1 000 000. Prints ratios, asserts nothing. ASGI in one process, a
Postgres for each log; both are asked by turns, so that a busy moment of the machine meets both alike.
"""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from statistics import median

import httpx

from tests.benchmarks.engine_stand import Times, engine_stand, show
from tests.benchmarks.learning_stand import answer_more, api_of, make_learners
from tests.support.jobs import Engine

LEARNERS = 100
FEW, MANY = 10, 1000  # reviews of one learner
ROUNDS = 300
WATCHED = 50  # learners who look, by turns
PATHS = ("/bff/home", "/api/learning/queue", "/bff/review", "/bff/word-bank")  # the last reads no reviews


async def look(few: list[httpx.AsyncClient], many: list[httpx.AsyncClient], path: str) -> tuple[Times, Times]:
    """Medians of one path, learner after learner, over both logs by turns."""
    taken: tuple[list[tuple[float, float]], ...] = ([], [])
    for turn in range(ROUNDS + ROUNDS // 10):
        for clients, times in zip((few, many), taken, strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            answer = await clients[turn % len(clients)].get(path)
            if turn >= ROUNDS // 10:  # the first tenth warms up
                times.append((time.perf_counter() - wall, time.process_time() - cpu))
            answer.raise_for_status()
    first, second = (Times(*(1000 * median(column) for column in zip(*times, strict=True))) for times in taken)
    return first, second


async def measure(few: Engine, many: Engine, learners: int) -> None:
    """Each path over both."""
    for engine, reviews in ((few, FEW), (many, MANY)):
        make_learners(engine, learners)
        answer_more(engine, learners, 0, reviews - 1)
    async with AsyncExitStack() as stack:
        watched = min(learners, WATCHED)
        few_clients = await stack.enter_async_context(api_of(few, watched))
        many_clients = await stack.enter_async_context(api_of(many, watched))
        for path in PATHS:
            baseline, candidate = await look(few_clients, many_clients, path)
            show(f"{path}, {MANY * learners:,} beside {FEW * learners:,} reviews", baseline, candidate)


def main() -> None:
    """Measure and print."""
    with engine_stand() as few, engine_stand() as many:
        asyncio.run(measure(few, many, int(sys.argv[1]) if sys.argv[1:] else LEARNERS))


if __name__ == "__main__":
    main()
