"""The ledger over Postgres and the object store: what is paid for is written down before anybody looks at it."""

import time
from collections.abc import Callable
from hashlib import blake2b
from uuid import UUID

import msgspec
import psycopg
import structlog
from botocore.exceptions import BotoCoreError, ClientError
from psycopg_pool import PoolTimeout

from shared.blobs.ports import Blobs, ObjectNotFoundError
from shared.db.session import Connection, Database
from shared.jobs.errors import StepError, StepStoppedError
from shared.jobs.ids import uuid7
from shared.ledger.ports import PaidCall, Reply
from shared.ledger.prices import cost_micro_usd
from shared.observability.metrics import ProviderMetrics, WorkerMetrics

RECORD_PATIENCE = 30.0  # seconds, and one time-out of the pool or of the object store at most
AWAY = (psycopg.OperationalError, PoolTimeout, BotoCoreError, ClientError)
"""How Postgres and the object store say that they cannot, now."""
RECORD = (
    "INSERT INTO provider_calls"
    " (id, job_id, step, provider, model, units, micro_usd, sandbox, request_hash, response_key)"
    " VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10)"
    " ON CONFLICT (id) DO NOTHING"
)
log = structlog.get_logger(__name__)


class StepLedger:
    """The ledger of one step of one job.

    Args:
        database: The process's pool.
        blobs: Where raw answers lie.
        job_id: Whose cost it is.
        step: The step's name.
        scope: Who may be served an answer that was paid before: an owner, so that nobody learns from a price
            what somebody else had read aloud, or a single job where equal questions should get new answers.
        sandbox: Whether the provider is the sandbox: its calls would have cost, but did not.
        metrics: Counts calls and cost.
    """

    def __init__(
        self,
        *,
        database: Database,
        blobs: Blobs,
        job_id: UUID,
        step: str,
        scope: str,
        sandbox: bool,
        metrics: ProviderMetrics | None = None,
    ) -> None:
        self._metrics = metrics or WorkerMetrics().providers
        self._database = database
        self._blobs = blobs
        self._job_id = job_id
        self._step = step
        self._scope = scope
        self._sandbox = sandbox

    def pay(self, provider: str, model: str, request: bytes, call: Callable[[], Reply]) -> PaidCall:
        """As `shared.ledger.ports.Ledger.pay`.

        Only a crash between the answer and its row, or an object store that stays away, can pay twice.
        """
        request_hash = self._hash(provider, model, request)
        remembered = self._remembered(request_hash)
        if remembered is not None:
            self._metrics.remembered(provider, model)
            return remembered
        reply = self._called(provider, model, call)
        call_id = uuid7()
        key = f"calls/{request_hash}/{call_id}"
        cost = cost_micro_usd(provider, model, reply.units)
        self._metrics.paid(provider, model, cost, sandbox=self._sandbox)
        row = (
            call_id,
            self._job_id,
            self._step,
            provider,
            reply.model,
            msgspec.json.encode(reply.units).decode(),
            cost,
            self._sandbox,
            request_hash,
            key,
        )
        try:
            _patiently(lambda: self._blobs.put(key, reply.body, "application/octet-stream"))
        finally:  # also what cannot be remembered has its price
            _patiently(lambda: self._record(row))
        return PaidCall(id=call_id, reply=reply, remembered=False)

    def _called(self, provider: str, model: str, call: Callable[[], Reply]) -> Reply:
        """Call, counted and timed however it ends; what is logged meanwhile names the provider."""
        begun, result = time.monotonic(), "internal"
        with structlog.contextvars.bound_contextvars(provider=provider, model=model):
            try:
                reply = call()
            except StepError as error:
                result = error.code
                raise
            except StepStoppedError:
                result = "stopped"
                raise
            else:
                result = "answered"
                return reply
            finally:
                seconds = time.monotonic() - begun
                self._metrics.called(provider, model, result, seconds)
                log.info("provider called", result=result, seconds=round(seconds, 2))

    def _record(self, row: tuple[object, ...]) -> None:
        with self._database.connection() as connection:
            connection.execute(RECORD, row)

    def _hash(self, provider: str, model: str, request: bytes) -> str:
        fields = (self._scope.encode(), provider.encode(), model.encode(), request)
        return blake2b(msgspec.msgpack.encode(fields), digest_size=24).hexdigest()

    def _remembered(self, request_hash: str) -> PaidCall | None:
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT id, model, units, response_key FROM provider_calls"
                " WHERE request_hash = $1 AND rejected IS NULL ORDER BY id DESC LIMIT 1",
                (request_hash,),
            ).fetchone()
        if row is None:
            return None
        try:
            body = self._blobs.get(row["response_key"])
        except ObjectNotFoundError:
            return None  # swept or lost with its store: the answer has to be paid for again
        reply = Reply(model=row["model"], units=row["units"], body=body)
        return PaidCall(id=row["id"], reply=reply, remembered=True)


def _patiently(keep: Callable[[], None]) -> None:
    """Do what keeps a paid answer. A server that restarts is waited for: the money is spent already."""
    end = time.monotonic() + RECORD_PATIENCE
    while True:
        try:
            keep()
        except AWAY:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def reject(connection: Connection, calls: tuple[UUID, ...], code: str) -> None:
    """Mark paid answers that a gate refused, so that they are never served again."""
    connection.execute(
        "UPDATE provider_calls SET rejected = $2 WHERE id = ANY($1::uuid[]) AND rejected IS NULL", (list(calls), code)
    )
