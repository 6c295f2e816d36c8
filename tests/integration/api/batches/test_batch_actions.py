"""Cancelling a batch, and retrying what failed in it."""

import asyncio
import threading
from typing import Any
from uuid import UUID

from services.api.batches import actions
from shared.db.session import connect
from shared.jobs import store
from tests.integration.api.batches.test_batches import BATCHES, jobs, mixed, nonzero, ordered, seen, stored
from tests.integration.api.conftest import Api
from tests.support.waiting import becomes, soon
from tests.support.written import write


async def cancelled(api: Api, batch: dict[str, Any]) -> dict[str, Any]:
    answer = await api.mine.post(f"{BATCHES}/{batch['id']}/cancel")
    assert (answer.status_code, answer.headers["location"]) == (202, f"{BATCHES}/{batch['id']}")
    return dict(answer.json())


async def retried(api: Api, batch: dict[str, Any]) -> dict[str, Any]:
    answer = await api.mine.post(f"{BATCHES}/{batch['id']}/retry")
    assert (answer.status_code, answer.headers["location"]) == (202, f"{BATCHES}/{batch['id']}")
    return dict(answer.json())


async def test_cancel_stops_all_that_is_open_and_nothing_else(api: Api) -> None:
    batch, other = await mixed(api), await ordered(api)
    open_before = {jobs(api, batch)[0], jobs(api, batch)[7]}  # one runs, one waits; another was asked to stop before
    api.publisher.notified.clear()
    after = await cancelled(api, batch)
    assert nonzero(after) == {
        "total": 8,
        "cancelling": 2,
        "failed": 2,
        "succeeded": 1,
        "cancelled": 2,
        "expired": 1,
    }
    assert (after["done"], after["links"]["cancel"]) == (False, None)
    assert set(api.publisher.notified) == open_before
    assert nonzero(await seen(api, other)) == {"total": 3, "queued": 3}
    assert await cancelled(api, batch) == after


async def test_cancel_of_a_batch_without_open_jobs_is_as_it_is(api: Api) -> None:
    batch = await ordered(api)
    first = await cancelled(api, batch)
    assert (first["done"], nonzero(first)) == (True, {"total": 3, "cancelled": 3})
    assert await cancelled(api, batch) == first


async def test_job_that_ends_while_its_batch_is_cancelled_is_no_error(api: Api, monkeypatch: Any) -> None:
    batch = await ordered(api)
    first, *_ = jobs(api, batch)

    def too_late(database: Any, job_id: UUID, owner_id: UUID) -> Any:
        if job_id == first:
            api.engine.fail(first, "write_text")
        return cancel(database, job_id, owner_id)

    cancel = store.cancel
    monkeypatch.setattr(store, "cancel", too_late)
    assert nonzero(await cancelled(api, batch)) == {"total": 3, "failed": 1, "cancelled": 2}


async def test_job_that_somebody_holds_is_passed_over_and_cancelled_by_the_next_call(
    api: Api, clean_database: str
) -> None:
    batch = await ordered(api)
    held = jobs(api, batch)[0]
    with api.engine.database.connection() as pooled:  # the only one that is open, so the next to be used
        pooled.execute("SET lock_timeout = '20ms'")
    with connect(clean_database, "holder") as holder, holder.transaction():
        holder.execute("SELECT FROM jobs WHERE id = $1 FOR UPDATE", (held,))
        answer = await api.mine.post(f"{BATCHES}/{batch['id']}/cancel")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert nonzero(await seen(api, batch)) == {"total": 3, "queued": 1, "cancelled": 2}
    assert nonzero(await cancelled(api, batch)) == {"total": 3, "cancelled": 3}


async def test_more_than_a_few_held_jobs_are_not_waited_for(api: Api, monkeypatch: Any) -> None:
    tried = []

    def held(_: Any, job_id: UUID, __: UUID) -> None:
        tried.append(job_id)
        raise store.ContentionError

    batch = await ordered(api, 8)
    monkeypatch.setattr(store, "cancel", held)
    for chunk in (2, 50):
        tried.clear()
        monkeypatch.setattr(actions, "AT_ONCE", chunk)
        assert (await api.mine.post(f"{BATCHES}/{batch['id']}/cancel")).status_code == 503
        assert len(tried) == actions.MOST_BUSY


async def test_answer_does_not_wait_for_all_of_a_large_batch(api: Api, monkeypatch: Any) -> None:
    may_go_on = threading.Event()
    cancel = store.cancel

    def slow(database: Any, job_id: UUID, owner_id: UUID) -> Any:
        assert may_go_on.wait(20)
        return cancel(database, job_id, owner_id)

    monkeypatch.setattr(store, "cancel", slow)
    monkeypatch.setattr(actions, "ANSWER_AFTER", 0.01)
    batch = await ordered(api)
    assert nonzero(await cancelled(api, batch)) == {"total": 3, "queued": 3}
    may_go_on.set()
    await becomes(lambda: len(api.resources.afterwork) == 0)
    assert nonzero(await seen(api, batch)) == {"total": 3, "cancelled": 3}


async def test_many_calls_at_once_look_at_each_job_once_and_hold_up_nobody(api: Api, monkeypatch: Any) -> None:
    may_go_on, tried = threading.Event(), list[UUID]()
    cancel = store.cancel
    first, second = await ordered(api), await ordered(api)
    single = UUID((await api.order()).json()["id"])

    def slow(database: Any, job_id: UUID, owner_id: UUID) -> Any:
        if job_id != single:
            tried.append(job_id)
            assert may_go_on.wait(20)
        return cancel(database, job_id, owner_id)

    monkeypatch.setattr(store, "cancel", slow)
    monkeypatch.setattr(actions, "ANSWER_AFTER", 0.01)
    await asyncio.gather(*(cancelled(api, batch) for batch in (first, second) for _ in range(5)))
    assert (await soon(api.mine.post(f"/api/jobs/{single}/cancel"))).status_code == 202
    assert len(tried) == 1  # one thread works for all batches
    may_go_on.set()
    await becomes(lambda: len(api.resources.afterwork) == 0)
    assert sorted(tried) == sorted(jobs(api, first) + jobs(api, second))


async def test_process_that_stops_leaves_the_rest_to_the_next_call(api: Api, monkeypatch: Any) -> None:
    may_go_on = threading.Event()
    cancel = store.cancel

    def slow(database: Any, job_id: UUID, owner_id: UUID) -> Any:
        assert may_go_on.wait(20)
        return cancel(database, job_id, owner_id)

    batch = await ordered(api)
    with monkeypatch.context() as patch:
        patch.setattr(store, "cancel", slow)
        patch.setattr(actions, "ANSWER_AFTER", 0.01)
        patch.setattr(actions, "AT_ONCE", 1)
        await cancelled(api, batch)
        closing = asyncio.create_task(api.resources.afterwork.close())
        await becomes(lambda: api.resources.afterwork.closing)
        may_go_on.set()
        await soon(closing)
    api.resources.afterwork.closing = False  # another process
    assert nonzero(await seen(api, batch)) == {"total": 3, "queued": 2, "cancelled": 1}
    assert nonzero(await cancelled(api, batch)) == {"total": 3, "cancelled": 3}


async def test_retry_makes_new_jobs_of_what_failed_or_expired_only(api: Api) -> None:
    batch = await mixed(api)
    after = await retried(api, batch)
    assert nonzero(after) == {"total": 8, "queued": 4, "running": 1, "succeeded": 1, "cancelled": 1, "cancelling": 1}
    assert after["links"]["retry"] is None
    assert stored(api) == (1, 12)
    rows = api.engine.connection.execute(
        "SELECT batch_item, bulk, idempotency_key FROM jobs WHERE retry_of IS NOT NULL ORDER BY batch_item, id"
    ).fetchall()
    assert [(row["batch_item"], row["bulk"]) for row in rows] == [(item, True) for item in (1, 1, 3, 6)]
    assert api.publisher.published == []  # bulk is the relay's


async def test_partial_items_are_not_retried(api: Api) -> None:
    items = [{"language": "de", "level": "A2", "topic": "cats", "native_language": "en", "narrate": False}]
    batch = (await api.mine.post(BATCHES, json={"items": items})).json()
    (job_id,) = jobs(api, batch)
    for name in ("write_text", "annotate_text"):
        api.engine.succeed(job_id, name)
    api.engine.fail(job_id, "translate_text")
    after = await retried(api, batch)
    assert (nonzero(after), after["done"], after["links"]["retry"]) == ({"total": 1, "partial": 1}, True, None)
    assert stored(api) == (1, 1)


async def test_an_item_whose_article_was_deleted_is_not_retried(api: Api) -> None:
    batch = await ordered(api, 2)
    articles = [write(api.engine, job_id, api.key.owner_id) for job_id in jobs(api, batch)]
    for job_id in jobs(api, batch):
        api.engine.fail(job_id, "annotate_text")
    assert (await api.mine.delete(f"/api/articles/{articles[0]}")).status_code == 204
    assert nonzero(await retried(api, batch)) == {"total": 2, "failed": 1, "queued": 1}
    assert stored(api) == (1, 3)


async def test_retry_asked_again_makes_nothing_new_until_something_fails_again(api: Api) -> None:
    batch = await ordered(api, 2)
    api.engine.fail(jobs(api, batch)[1], "write_text")
    first = await retried(api, batch)
    assert await retried(api, batch) == first
    assert stored(api) == (1, 3)
    (item,) = (await api.mine.get(f"{BATCHES}/{batch['id']}/items?page_size=1&status=queued")).json()["items"][:1]
    assert item["item"] == 0
    again = (await api.mine.get(f"{BATCHES}/{batch['id']}/items")).json()["items"][1]["job"]["id"]
    api.engine.fail(UUID(again), "write_text")
    assert nonzero(await retried(api, batch)) == {"total": 2, "queued": 2}
    assert stored(api) == (1, 4)
