"""What may happen to workers: killed, frozen, told to end, cut off from Postgres, poisoned, of another release."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.chaos.flaws import NEIGHBOURS, POISON
from tests.chaos.harms import held_by
from tests.chaos.play import Play
from tests.chaos.stage import WIRED, WORKERS, Stage, now
from tests.chaos.wire import BEGIN, COMMIT
from tests.support.processes import eventually

PATIENCE = 60.0  # seconds until a trap must have sprung
HELD = 2.0  # seconds to wait for a worker to have something to lose
TRIES = 4
LONGEST_LOCK = 14.0  # seconds: `transaction_timeout`, and some for looking
SLOW = 3.0  # seconds that a provider takes, for calls that are to be interrupted
PROVIDERS = {"generation": "anthropic", "nlp": "deepl", "tts": "gemini", "stt": "deepgram"}
IN_TRANSACTION = """
SELECT count(*) AS n FROM pg_stat_activity
WHERE application_name = $1 AND xact_start < clock_timestamp() - interval '0.1 second' AND state <> 'idle'
"""
SESSIONS = """
SELECT application_name, state, query, wait_event, extract(epoch FROM clock_timestamp() - xact_start) AS seconds
FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()
"""
WRITTEN = """
SELECT count(*) AS n FROM job_steps WHERE name = 'write_text' AND job_id = ANY($1::uuid[]) AND state = $2
"""


def kill_each_worker(play: Play) -> None:
    """One after the other, a second apart."""
    names = play.random.sample(list(WORKERS), len(WORKERS))
    harms = []
    for service in PROVIDERS:
        _slow(play, service)
    for name in names:
        eventually(partial(_holds, play, name), HELD)
        harms.append(play.kill(name))
    play.recover(*harms)


def _holds(play: Play, name: str) -> bool:
    return bool(held_by(play.stage, play.stage.worker_name(name)))


def freeze_beyond_the_lease(play: Play) -> None:
    """A worker stands still until its steps are somebody else's, then goes on as if nothing had happened."""
    _slow(play, "tts")
    time.sleep(1.5)
    name = play.busiest("tts-1", WIRED)
    harm = play.hurt("freeze tts beyond its lease", "frozen")
    play.stage.signal(name, signal.SIGSTOP)
    try:
        harm.steps = held_by(play.stage, play.stage.worker_name(name))
        time.sleep(play.stage.clocks.lease)
        play.recover(harm)
    finally:
        play.stage.signal(name, signal.SIGCONT)


def end_with_a_short_grace(play: Play) -> None:
    """SIGTERM; what is unfinished a second later is given back."""
    name = play.busiest(*WORKERS)
    _slow(play, WORKERS[name])
    time.sleep(1.5)
    before = play.stage.supervisor.pid(name)
    harm = play.hurt(f"SIGTERM {WORKERS[name]}, grace of a second", "given back")
    harm.steps = held_by(play.stage, play.stage.worker_name(name))
    play.stage.signal(name, signal.SIGTERM)
    play.stage.returns(name, before)
    play.recover(harm)


def lose_replies(play: Play) -> None:
    """Postgres commits a claim, then a finish, and the worker never hears of it."""
    for words, what in ((b"tts.narrate_text", "lose the reply of a claim's commit"), (COMMIT, "lose a finish's reply")):
        _narrate(play, 4)
        harm = play.hurt(what, "other")
        trap = play.stage.wire.lay(words, lambda: False)
        play.expect(trap.sprung.wait(PATIENCE), f"{what}: it never came")
        harm.over = now()


def freeze_in_a_transaction(play: Play) -> None:
    """A worker stands still while it holds a job's lock: Postgres ends its session, and the job can be cancelled."""
    stage = play.stage
    harm = play.hurt("freeze tts inside a transaction", "other")
    for _ in range(TRIES):
        _narrate(play, 4)
        trap = stage.wire.lay(BEGIN, lambda: stage.freeze(WIRED))
        if not trap.sprung.wait(PATIENCE):
            break
        time.sleep(0.2)
        try:
            locked = _in_transaction(stage)
            freed = not locked or eventually(lambda: not _in_transaction(stage), LONGEST_LOCK)
        finally:
            stage.signal(WIRED, signal.SIGCONT)
        if locked:
            play.expect(freed, f"a frozen worker keeps its lock for {LONGEST_LOCK:.0f} s: {stage.rows(SESSIONS)}")
            play.back(harm)
            return
    play.violations.append("no transaction to freeze in")


def _in_transaction(stage: Stage) -> bool:
    return bool(stage.one(IN_TRANSACTION, f"parlance-{stage.worker_name(WIRED)}"))


def poison_one_of_many(play: Play) -> None:
    """One step kills its process, each time; the 63 that were under way in it all succeed."""
    stage = play.stage
    play.load.paused = True  # sixty processes have enough to do
    play.sandbox.behave()
    play.sandbox.misbehave({"provider": "anthropic", "kind": "latency", "seconds": 2 * SLOW, "count": NEIGHBOURS})
    worker, deaths = stage.worker_name("generation"), stage.supervisor.deaths("generation")
    topics = [None] * (NEIGHBOURS - 1) + [POISON]
    with ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(lambda topic: play.client.order(narrate=False, topic=topic), topics))
    harm = play.hurt(f"one poison step among {NEIGHBOURS - 1}", "killed")
    play.expect(
        eventually(lambda: stage.supervisor.deaths("generation") > deaths, PATIENCE), "poison that kills nobody"
    )
    harm.began = now()
    harm.steps = held_by(stage, worker)
    play.sandbox.behave()
    innocent, poisoned = jobs[:-1], jobs[-1:]
    done = eventually(
        lambda: stage.one(WRITTEN, innocent, "succeeded") == len(innocent),
        (3 * stage.clocks.lease + 60.0) * play.pulse.slowdown,
    )
    play.expect(
        done, f"{len(innocent) - stage.one(WRITTEN, innocent, 'succeeded')} neighbours of the poison not written"
    )
    play.expect(
        eventually(lambda: stage.one(WRITTEN, poisoned, "failed") == 1, 60.0 * play.pulse.slowdown),
        "the poison never failed",
    )
    play.load.paused = False


def mix_releases(play: Play) -> None:
    """A worker of an older release beside the new one; jobs carry a field that neither knows."""
    harm = play.hurt("an older nlp beside the new", "other")
    older = play.stage.start_older("nlp", forgets="nlp.translate_text")
    play.stage.rows(
        "UPDATE jobs SET input = input || '{\"from_a_later_release\": [1]}' WHERE finished_at IS NULL RETURNING id"
    )
    time.sleep(3.0)
    play.stage.supervisor.stop([older])
    play.back(harm)


def _narrate(play: Play, count: int) -> None:
    for _ in range(count):
        play.client.order(narrate=True)


def _slow(play: Play, service: str) -> None:
    """Make the next calls take long enough to be interrupted."""
    fault = {"provider": PROVIDERS[service], "kind": "latency", "seconds": SLOW, "count": 4}
    play.sandbox.misbehave(fault)
    _narrate(play, 2)
