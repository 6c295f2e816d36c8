"""What may happen to queues: a list that never gets shorter, and a provider that throttles while thousands wait."""

import threading
import time
from http import HTTPStatus

from shared.jobs.submission import WakeUp
from shared.queue.app import make_celery
from shared.queue.publisher import send
from tests.chaos.harms import held_by
from tests.chaos.load import RETRY_AFTER, Client
from tests.chaos.play import Play
from tests.chaos.stage import SLOTS, now
from tests.support.processes import eventually

QUEUE = "stt"
LONG_LIST = 60  # messages; the relay's target is sixteen or what runs
PATIENCE = 20.0  # seconds
FAILED = "SELECT job_id, name FROM job_steps WHERE queue = $1 AND state = 'ready' AND failures > 0"
ENDED = "SELECT job_id, name, task FROM job_steps WHERE queue = $1 AND finished_at IS NOT NULL LIMIT 20"
GIVEN_BACK = """
SELECT count(*) AS n FROM chaos.moves
WHERE queue LIKE 'generation%' AND was = 'running' AND became = 'ready' AND NOT crashed AND at BETWEEN $1 AND $2
"""
LEFT = """
SELECT count(*) AS n FROM jobs
WHERE finished_at IS NULL AND cancel_requested_at IS NULL AND batch_id = ANY($1::uuid[])
"""


def hold_a_list_long(play: Play) -> None:
    """A list is kept above the relay's target by messages about nothing: what is to be retried still moves."""
    stage = play.stage
    play.sandbox.misbehave({"provider": "deepgram", "kind": "status", "status": 500, "always": True})
    for _ in range(4):
        play.client.order(narrate=True)
    failed = eventually(lambda: bool(stage.rows(FAILED, QUEUE)) and bool(stage.rows(ENDED, QUEUE)), 3 * PATIENCE)
    play.expect(failed, "nothing failed that could be retried")
    end = threading.Event()
    filler = threading.Thread(target=_fill, args=(play, end), daemon=True)
    harm = play.hurt("hold a list above its target", "other")
    filler.start()
    try:
        harm.steps = [(row["job_id"], row["name"]) for row in stage.rows(FAILED, QUEUE)]
        play.sandbox.behave()
        play.recover(harm)
    finally:
        end.set()
        filler.join()
    harm.over = now()


def _fill(play: Play, end: threading.Event) -> None:
    celery = make_celery(play.stage.servers.redis_url)
    rows = play.stage.rows(ENDED, QUEUE)
    while not end.wait(0.02):
        for _ in range(LONG_LIST - int(play.stage.redis.llen(QUEUE))):
            row = play.random.choice(rows)
            send(celery, WakeUp(row["job_id"], row["name"], row["task"], QUEUE))
    celery.close()


def throttle_while_many_wait(play: Play) -> None:
    """The provider says 429 to everybody: the queue pauses, and thousands of rows are left alone."""
    stage, clocks = play.stage, play.stage.clocks
    client = play.client
    throttle = {"provider": "anthropic", "kind": "status", "status": 429, "retry_after": RETRY_AFTER, "always": True}
    play.sandbox.misbehave(throttle)
    harm = play.hurt(f"{clocks.throttled:.0f} s of 429 with {clocks.many} queued", "other")
    size = min(clocks.many, 1000)
    batches = [batch for _ in range(clocks.many // size) if (batch := client.batch(size))]
    play.expect(len(batches) == clocks.many // size, "a batch was not acknowledged")
    time.sleep(max(0.0, clocks.throttled - (now() - harm.began).total_seconds()))
    play.sandbox.behave()
    harm.over = now()
    given_back = stage.one(GIVEN_BACK, harm.began, harm.over)
    seconds = (harm.over - harm.began).total_seconds()
    harm.note = f"{given_back} snoozed"
    play.expect(given_back <= SLOTS["generation"] + 4 * seconds, f"{harm.what}: {given_back} steps were given back")
    moved = eventually(lambda: bool(held_by(stage, stage.worker_name("generation"))), RETRY_AFTER + 10.0)
    play.expect(moved, "nothing is written although the provider answers again")
    for batch in batches:
        _cancel(play, client, str(batch))
    over = eventually(lambda: stage.one(LEFT, batches) == 0, PATIENCE + clocks.many / 50)
    play.expect(over, "a batch is not cancelled")


def _cancel(play: Play, client: Client, batch: str) -> None:
    path = f"/api/generation/batches/{batch}/cancel"
    play.expect(eventually(lambda: client.change(path) == HTTPStatus.ACCEPTED, PATIENCE), f"{path} was never accepted")
