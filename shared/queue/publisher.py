"""Wake-ups and change notices to Redis, off everybody's path: a bounded queue, one thread, short time-outs.

What cannot be sent is logged and forgotten: the row is the truth, and the dispatcher's relay sends again what no
worker claimed.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable
from uuid import UUID

import redis
import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from shared.jobs.submission import WakeUp
from shared.observability.metrics import Sent

JOB_CHANNEL = "parlance:jobs"
"""Redis channel on which the id of every job that changed is published."""
ROOM = 10_000  # wake-ups and notices that may wait for a slow Redis
SULK = 5.0  # seconds after a failure in which others do the publishing

log = structlog.get_logger(__name__)


class Publisher:
    """Sends wake-ups and notices in the background.

    Args:
        celery: From `make_celery`.
        redis_url: Where notices go.
        count: Told what became of each wake-up.
    """

    def __init__(self, celery: Celery, redis_url: str, count: Callable[[Sent], None] = lambda _: None) -> None:
        self._celery = celery
        self._count = count
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=1.0, socket_connect_timeout=1.0)
        self._queue: queue.Queue[WakeUp | UUID | threading.Event] = queue.Queue(ROOM)
        self._failed_at = float("-inf")
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    @property
    def healthy(self) -> bool:
        """True unless sending failed a moment ago: then the relay publishes what becomes ready."""
        return time.monotonic() - self._failed_at > SULK

    def publish(self, wakeups: Iterable[WakeUp]) -> None:
        """Send wake-ups soon; call it after the commit."""
        for wakeup in wakeups:
            self._put(wakeup)

    def notify(self, job_ids: Iterable[UUID]) -> None:
        """Tell everybody who waits for these jobs to look again."""
        for job_id in job_ids:
            self._put(job_id)

    def flush(self, timeout: float) -> bool:
        """Wait until all that was given before is sent, at most `timeout` seconds; true if it is."""
        mark = threading.Event()
        self._put(mark)
        return mark.wait(timeout)

    def _put(self, item: WakeUp | UUID | threading.Event) -> None:
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            self._failed_at = time.monotonic()
            self._note(item, "dropped")
            log.warning("publisher full", dropped=type(item).__name__)

    def _run(self) -> None:
        while True:
            item = self._queue.get()
            if isinstance(item, threading.Event):
                item.set()
                continue
            try:
                self._send(item)
                self._note(item, "sent")
            except (OperationalError, redis.RedisError, OSError) as error:
                self._failed_at = time.monotonic()
                self._note(item, "failed")
                log.warning("not published", error=repr(error), kind=type(item).__name__)
            except Exception:  # the thread must outlive whatever a client library raises
                self._failed_at = time.monotonic()
                self._note(item, "failed")
                log.exception("publishing broke")

    def _note(self, item: WakeUp | UUID | threading.Event, result: Sent) -> None:
        if isinstance(item, WakeUp):
            self._count(result)

    def _send(self, item: WakeUp | UUID) -> None:
        if isinstance(item, UUID):
            self._redis.publish(JOB_CHANNEL, str(item))
        else:
            send(self._celery, item)


def send(celery: Celery, wakeup: WakeUp) -> None:
    """Send one wake-up now.

    Raises:
        OperationalError: Redis is away.
    """
    arguments = [str(wakeup.job_id), wakeup.step]
    celery.send_task(wakeup.task, args=arguments, queue=wakeup.queue, retry=False, ignore_result=True)
