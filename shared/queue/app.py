"""The Celery application every process uses: wake-ups out, wake-ups in, nothing of value in a message."""

from typing import Any, Self

from celery import Celery
from celery.app.amqp import AMQP
from kombu import Connection, Exchange, Queue

from shared.jobs.kinds import QUEUES

RECONNECT = 0.5  # seconds between two tries to reach Redis


class SteadyConnection(Connection):
    """Tries to reconnect twice a second.

    Celery would wait two seconds longer each time, up to thirty: when Redis is back, somebody waits already.
    """

    def ensure_connection(self, *args: Any, **options: Any) -> Self:  # noqa: ANN401 - as kombu has it
        """As Celery asks, but for the pauses."""
        pauses = {"interval_start": RECONNECT, "interval_step": 0.0, "interval_max": RECONNECT}
        return super().ensure_connection(*args, **{**options, **pauses})


class Wires(AMQP):
    """Makes such connections."""

    Connection = SteadyConnection


def make_celery(redis_url: str) -> Celery:
    """An application that knows all our queues; nothing connects until it is used.

    Early ack, no prefetch, no result backend, no retries by Celery, no events but those Flower needs: the settings
    and what happens without them are in ARCHITECTURE.md, "Why a row and not a message".
    """
    app = Celery("parlance", broker=redis_url, set_as_current=False, amqp=Wires)
    app.conf.update(
        task_queues=[_queue(name) for name in QUEUES],
        task_create_missing_queues=False,
        task_acks_late=False,
        worker_disable_prefetch=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_publish_retry=False,
        task_serializer="json",
        accept_content=["json"],
        worker_send_task_events=True,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "queue_order_strategy": "priority",
            "socket_timeout": 3,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
            "health_check_interval": 5,
        },
    )
    return app


def _queue(name: str) -> Queue:
    """A queue with an exchange and key of its own: with Celery's default key every queue would get every message."""
    return Queue(name, Exchange(name, type="direct"), routing_key=name)
