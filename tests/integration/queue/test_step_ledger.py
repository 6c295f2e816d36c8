"""What is paid for is paid once, and never forgotten."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import psycopg
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from shared.db.session import Connection, Database
from shared.ledger.calls import StepLedger, reject
from shared.ledger.ports import Reply
from tests.support.jobs import OWNER, Engine, step
from tests.support.memory_blobs import MemoryBlobs

UNITS = {"characters": 10}


class Shop:
    """Ledgers over one database and object store, and a provider that counts."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.blobs = MemoryBlobs()
        self.calls = 0
        self.answers: Iterator[bytes] = (b"answer %d" % number for number in range(1, 100))

    def ledger(
        self,
        *,
        scope: str = str(OWNER),
        job: UUID | None = None,
        database: Database | None = None,
        sandbox: bool = False,
    ) -> StepLedger:
        return StepLedger(
            database=database or self.engine.database,
            blobs=self.blobs,
            job_id=job or self.engine.submit(step("a")),
            step="a",
            scope=scope,
            sandbox=sandbox,
        )

    def ask(self) -> Reply:
        self.calls += 1
        return Reply(model="m-2026", units=UNITS, body=next(self.answers))

    def rows(self) -> list[dict[str, Any]]:
        return self.engine.connection.execute("SELECT * FROM provider_calls ORDER BY id").fetchall()


@pytest.fixture(name="shop")
def _shop(engine: Engine) -> Shop:
    return Shop(engine)


def test_a_call_is_written_down_with_its_cost(shop: Shop) -> None:
    ledger = shop.ledger()
    paid = ledger.pay("deepl", "m", b"q", shop.ask)
    assert (paid.remembered, paid.reply.body) == (False, b"answer 1")
    (row,) = shop.rows()
    assert (row["id"], row["step"], row["provider"], row["model"], row["units"], row["sandbox"], row["rejected"]) == (
        paid.id,
        "a",
        "deepl",
        "m-2026",
        UNITS,
        False,
        None,
    )
    assert shop.blobs.get(row["response_key"]) == b"answer 1"


def test_what_was_paid_is_served_again_after_a_crash(shop: Shop) -> None:
    first = shop.ledger().pay("deepl", "m", b"q", shop.ask)
    again = shop.ledger().pay("deepl", "m", b"q", shop.ask)
    assert (again.id, again.remembered, shop.calls) == (first.id, True, 1)
    assert again.reply == first.reply


@pytest.mark.parametrize(
    ("provider", "model", "question", "scope"),
    [("gemini", "m", b"q", "x"), ("deepl", "n", b"q", "x"), ("deepl", "m", b"r", "x"), ("deepl", "m", b"q", "y")],
)
def test_a_different_question_or_another_owner_is_another_call(
    shop: Shop, provider: str, model: str, question: bytes, scope: str
) -> None:
    shop.ledger(scope="x").pay("deepl", "m", b"q", shop.ask)
    other = shop.ledger(scope=scope).pay(provider, model, question, shop.ask)
    assert (other.remembered, shop.calls) == (False, 2)


def test_fields_of_a_question_do_not_run_into_each_other(shop: Shop) -> None:
    shop.ledger(scope="x").pay("deepl", "ab", b"c", shop.ask)
    assert not shop.ledger(scope="x").pay("deepl", "a", b"bc", shop.ask).remembered


def test_a_refused_answer_is_paid_again(shop: Shop) -> None:
    bad = shop.ledger().pay("deepl", "m", b"q", shop.ask)
    reject(shop.engine.connection, (bad.id,), "output_refused")
    good = shop.ledger().pay("deepl", "m", b"q", shop.ask)
    assert (good.remembered, good.reply.body) == (False, b"answer 2")
    assert shop.ledger().pay("deepl", "m", b"q", shop.ask).id == good.id
    assert [row["rejected"] for row in shop.rows()] == ["output_refused", None]


def test_an_answer_whose_object_is_gone_is_paid_again_and_once(shop: Shop) -> None:
    lost = shop.ledger().pay("deepl", "m", b"q", shop.ask)
    shop.blobs.objects.clear()
    again = shop.ledger().pay("deepl", "m", b"q", shop.ask)
    assert again.id != lost.id
    for _ in range(2):
        assert shop.ledger().pay("deepl", "m", b"q", shop.ask).id == again.id
    assert shop.calls == 2


def test_a_price_nobody_knows_is_null_and_a_sandboxed_call_says_so(shop: Shop) -> None:
    shop.ledger(sandbox=True).pay("gemini", "no-such-model", b"q", shop.ask)
    (row,) = shop.rows()
    assert (row["micro_usd"], row["sandbox"]) == (None, True)


def test_a_call_that_fails_costs_nothing(shop: Shop) -> None:
    def fail() -> Reply:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        shop.ledger().pay("deepl", "m", b"q", fail)
    assert (shop.rows(), shop.blobs.objects) == ([], {})


def test_the_cost_outlives_its_job(shop: Shop) -> None:
    job = shop.engine.submit(step("a"))
    shop.ledger(job=job).pay("deepl", "m", b"q", shop.ask)
    shop.engine.connection.execute("DELETE FROM jobs")
    (row,) = shop.rows()
    assert row["job_id"] is None


class Unsteady:
    """A pool that fails in the way it is told, when it is told."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.faults: list[Callable[[], None]] = []
        self.lose_replies = 0

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        if self.faults:
            self.faults.pop(0)()
        with self._database.connection() as connection:
            yield connection
        if self.lose_replies:
            self.lose_replies -= 1
            raise psycopg.OperationalError


def away() -> None:
    raise psycopg.OperationalError


def test_what_is_paid_is_written_down_once_also_if_postgres_is_away_for_a_moment(shop: Shop) -> None:
    unsteady = Unsteady(shop.engine.database)

    def ask() -> Reply:
        unsteady.faults = [away, away]
        unsteady.lose_replies = 1
        return shop.ask()

    paid = shop.ledger(database=cast("Database", unsteady)).pay("deepl", "m", b"q", ask)
    assert [row["id"] for row in shop.rows()] == [paid.id]
    assert (unsteady.faults, unsteady.lose_replies) == ([], 0)


def test_a_postgres_that_stays_away_is_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.ledger.calls.RECORD_PATIENCE", 0.0)
    unsteady = Unsteady(shop.engine.database)

    def ask() -> Reply:
        unsteady.faults = [away] * 9
        return shop.ask()

    with pytest.raises(psycopg.OperationalError):
        shop.ledger(database=cast("Database", unsteady)).pay("deepl", "m", b"q", ask)


class UnsteadyBlobs(MemoryBlobs):
    """An object store that refuses as many puts as it has faults."""

    def __init__(self, faults: list[Exception]) -> None:
        super().__init__()
        self.faults = faults

    def put(self, key: str, body: bytes, content_type: str) -> None:
        if self.faults:
            raise self.faults.pop(0)
        super().put(key, body, content_type)


def busy() -> Exception:
    return ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")


def test_what_is_paid_is_remembered_also_if_the_object_store_is_away_for_a_moment(shop: Shop) -> None:
    shop.blobs = UnsteadyBlobs([EndpointConnectionError(endpoint_url="http://store"), busy()])
    paid = shop.ledger().pay("deepl", "m", b"q", shop.ask)
    assert shop.ledger().pay("deepl", "m", b"q", shop.ask).id == paid.id
    assert shop.calls == 1


def test_what_no_object_store_takes_is_in_the_ledger_all_the_same(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.ledger.calls.RECORD_PATIENCE", 0.0)
    shop.blobs = UnsteadyBlobs([busy() for _ in range(9)])
    with pytest.raises(ClientError):
        shop.ledger().pay("deepl", "m", b"q", shop.ask)
    (row,) = shop.rows()
    assert row["micro_usd"] is not None
    shop.blobs = MemoryBlobs()
    assert not shop.ledger().pay("deepl", "m", b"q", shop.ask).remembered
