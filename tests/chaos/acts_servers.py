"""What may happen to Redis, Postgres, the dispatchers and the API."""

import signal
import time

from tests.chaos.play import Play
from tests.chaos.stage import DISPATCHERS
from tests.support.processes import eventually

SETTLE = 1.0  # seconds of ordinary life before the next harm
PATIENCE = 60.0  # seconds until a server must be back


def kill_redis(play: Play) -> None:
    """Everything in it is gone: it writes nothing to a disk."""
    harm = play.hurt("kill -9 Redis", "server")
    play.stage.kill("redis")
    play.expect(eventually(play.stage.redis_answers, PATIENCE), "Redis did not come back")
    play.back(harm)
    time.sleep(SETTLE)


def flush_redis(play: Play) -> None:
    """Every wake-up and every count of requests is lost at once."""
    harm = play.hurt("FLUSHALL", "server")
    play.stage.redis.flushall()
    play.back(harm)
    time.sleep(SETTLE)


def freeze_redis(play: Play) -> None:
    """It takes connections and never answers."""
    harm = play.hurt("freeze Redis for three seconds", "server")
    play.stage.signal("redis", signal.SIGSTOP)
    time.sleep(3.0)
    play.stage.signal("redis", signal.SIGCONT)
    play.back(harm)
    time.sleep(SETTLE)


def kill_dispatchers(play: Play) -> None:
    """Nobody relays and nobody expires until they are back."""
    harm = play.hurt("kill -9 both dispatchers", "other")
    before = [play.stage.supervisor.pid(name) for name in DISPATCHERS]
    for name in DISPATCHERS:
        play.stage.kill(name)
    for name, pid in zip(DISPATCHERS, before, strict=True):
        play.stage.returns(name, pid)
    time.sleep(SETTLE)
    play.back(harm)


def kill_the_api_before_it_publishes(play: Play) -> None:
    """Orders are committed and acknowledged; their wake-ups wait for Redis and die with the process."""
    harm = play.hurt("kill -9 the API between commit and publish", "server")
    play.stage.signal("redis", signal.SIGSTOP)
    before = play.stage.supervisor.pid("api")
    ordered = [play.client.order(narrate=False) for _ in range(3)]
    play.expect(all(ordered), "orders were not acknowledged while Redis was frozen")
    play.stage.kill("api")
    play.stage.signal("redis", signal.SIGCONT)
    play.back(harm)
    play.stage.returns("api", before)
    time.sleep(SETTLE)


def stop_postgres_at_once(play: Play) -> None:
    """As after a power cut: every session ends in the middle of what it did."""
    harm = play.hurt("stop Postgres at once", "server")
    before = play.stage.supervisor.pid("postgres")
    play.stage.signal("postgres", signal.SIGQUIT)
    play.stage.returns("postgres", before)
    play.expect(eventually(play.stage.postgres_answers, PATIENCE), "Postgres did not come back")
    play.back(harm)
    time.sleep(SETTLE)


def keep_postgres_down(play: Play) -> None:
    """For longer than a lease: nobody could renew one, so none may run out."""
    harm = play.hurt("Postgres down for longer than a lease", "server")
    play.stage.signal("postgres", signal.SIGQUIT)
    play.stage.supervisor.stop(["postgres"])
    time.sleep(play.stage.clocks.lease + 2.0)
    play.stage.start("postgres")
    play.expect(eventually(play.stage.postgres_answers, PATIENCE), "Postgres did not come back")
    play.back(harm)
    time.sleep(play.stage.clocks.lease - 1.0)  # before that nothing may run out: workers beat first
    crashes = play.stage.one("SELECT count(*) AS n FROM chaos.moves WHERE crashed AND at > $1", harm.began)
    play.expect(crashes == 0, f"{harm.what}: {crashes} crashes were counted")
