"""What Celery lets anybody who reaches Redis do to a worker: after this, look and change nothing.

Flower asks workers over Redis, and so could everybody else: `shutdown`, `revoke`, `pool_shrink`, `rate_limit`,
`cancel_consumer` need no more than Redis's password. Operators have better ways (`/api/admin`: pause a queue, drain a
worker, cancel a job), which are rows, survive a restart and count nothing as a crash.
"""

from celery.worker.control import Panel

LOOKING = frozenset(
    ("stats", "active_queues", "registered", "scheduled", "active", "reserved", "revoked", "conf", "ping")
)
"""What Flower's pages of workers ask, and `celery inspect ping`."""
EVENTS = frozenset(("enable_events", "heartbeat"))
"""Flower sends them when it begins to listen, the first every few seconds; our workers send events anyway."""


def refuse_remote_control() -> None:
    """From now on this process answers questions and obeys nothing; an unknown command is logged by Celery."""
    for name in set(Panel.data) - LOOKING - EVENTS:
        del Panel.data[name]
