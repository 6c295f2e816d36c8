"""The rehearsal: the real stack under load, and everything that may go wrong going wrong.

`python -m tests.chaos [--seed N] [--minutes M] [--json FILE] [--logs FOLDER] [--only WORD]`. Without minutes every act
is played once with shorter clocks, in less than two minutes; with them, with the clocks of production, as often as
the time allows. Ends with 1 if a promise was broken; the seed repeats the choices, not the timing.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random, SystemRandom

import httpx
import msgspec
import psycopg
import redis

from shared.blobs.s3 import S3Blobs
from shared.settings import BlobSettings
from tests.chaos import acts_queues, acts_servers, acts_workers
from tests.chaos.load import QUIET, THROTTLING, Client
from tests.chaos.play import Play
from tests.chaos.report import Report, reported, show
from tests.chaos.stage import LONG, SHORT, Stage, now, opened_stage
from tests.support.processes import eventually

Act = Callable[[Play], None]
ACTS: tuple[Act, ...] = (
    acts_workers.kill_each_worker,
    acts_workers.freeze_beyond_the_lease,
    acts_workers.end_with_a_short_grace,
    acts_workers.lose_replies,
    acts_workers.freeze_in_a_transaction,
    acts_workers.poison_one_of_many,
    acts_workers.mix_releases,
    acts_servers.kill_redis,
    acts_servers.flush_redis,
    acts_servers.freeze_redis,
    acts_servers.kill_dispatchers,
    acts_servers.kill_the_api_before_it_publishes,
    acts_servers.stop_postgres_at_once,
    acts_queues.hold_a_list_long,
    acts_queues.throttle_while_many_wait,
)
LAST: Act = acts_servers.keep_postgres_down
"""Played at the end: no lease that a kill left behind may run out while it looks for crashes."""
LEARNERS = 3
WARM_UP = 4.0  # seconds of load before the first harm
DRAIN = 300.0  # seconds in which all must have ended after the last harm, on a busy machine


def main(arguments: Sequence[str]) -> int:
    """Play, drain, look; 0 if every promise held."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="parlance-chaos-") as scratch:
        logs = Path(asked.logs or scratch) / "logs"
        report = _rehearse(asked, logs)
    show(report)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
        print(f"Report: {asked.json}")  # noqa: T201 - for people
    return 1 if report.violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make chaos", description="Break everything under load, and see what holds.")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6), help="repeats a run's choices")
    parser.add_argument(
        "--minutes", type=float, help="for how long, with production's clocks; else once, with short ones"
    )
    parser.add_argument("--json", type=Path, help="a file for the report")
    parser.add_argument("--logs", help="a folder that keeps the logs")
    parser.add_argument("--only", default="", help="play only acts with this word in their name")
    return parser


def _rehearse(asked: argparse.Namespace, logs: Path) -> Report:
    random = Random(asked.seed)  # noqa: S311 - a seed that can be repeated
    with opened_stage(LONG if asked.minutes else SHORT, logs) as stage:
        began, started, end = now(), time.monotonic(), threading.Event()
        play = Play(stage, _clients(stage, random, end), random, end)
        play.pulse.start()
        play.load.start()
        time.sleep(WARM_UP)
        for act in _acts(random, started + 60 * (asked.minutes or 0), asked.only):
            _say(started, act.__name__.replace("_", " "))
            play.load.faults = QUIET if act.__module__ == acts_workers.__name__ else QUIET + THROTTLING
            _act(act, play)
        play.load.stop()
        _say(started, "drain")
        eventually(lambda: stage.one("SELECT count(*) AS n FROM jobs WHERE finished_at IS NULL") == 0, DRAIN)
        play.pulse.stop()
        blobs = S3Blobs(BlobSettings.from_env(stage.specs["tts-1"].environment))
        return reported(play, blobs, seed=asked.seed, began=began, seconds=time.monotonic() - started)


def _act(act: Act, play: Play) -> None:
    """Play it; one that breaks off is a violation, and the next one begins."""
    try:
        act(play)
    except (AssertionError, psycopg.Error, redis.RedisError, httpx.HTTPError) as error:
        play.violations.append(f"{act.__name__}: {error!r}")


def _acts(random: Random, end: float, word: str) -> Iterator[Act]:
    """Every act once in random order, then any until the end, and the last."""
    chosen = [act for act in ACTS if word in act.__name__]
    yield from random.sample(chosen, len(chosen))
    while time.monotonic() < end:
        yield random.choice(chosen)
    if word in LAST.__name__:
        yield LAST


def _clients(stage: Stage, random: Random, end: threading.Event) -> list[Client]:
    return [
        Client(stage.api_url, stage.new_key(f"learner-{number}"), Random(random.random()), end)  # noqa: S311 - as above
        for number in range(LEARNERS)
    ]


def _say(started: float, what: str) -> None:
    print(f"{time.monotonic() - started:6.1f} s  {what}", flush=True)  # noqa: T201 - progress for people


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
