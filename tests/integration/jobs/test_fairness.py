"""Virtual finish times: who asks for much waits behind who asks for little."""

from uuid import uuid4

import pytest

from services.dispatcher.relay import END, QueueLoad, plan
from shared.jobs import store
from shared.jobs.statements import SQL
from tests.support.jobs import Engine, step, submission


def test_a_burst_is_published_at_once_and_the_rest_is_left_to_the_relay(engine: Engine) -> None:
    owner = uuid4()
    published = [
        len(store.submit(engine.connection, [submission([step("a")], owner_id=owner)], may_publish=True))
        for _ in range(12)
    ]
    assert published == [1] * 8 + [0] * 4


def test_a_light_owner_overtakes_a_heavy_one(engine: Engine) -> None:
    heavy, light = uuid4(), uuid4()
    store.submit(engine.connection, [submission([step("a")], owner_id=heavy) for _ in range(100)], may_publish=False)
    late = submission([step("a")], owner_id=light)
    (wakeup,) = store.submit(engine.connection, [late], may_publish=True)
    assert wakeup.job_id == late.id
    engine.connection.execute("UPDATE job_steps SET published_at = NULL")
    rows = engine.connection.execute(SQL["relay_due"], ("nlp", 3, *END)).fetchall()
    assert late.id in {row["job_id"] for row in rows}


def test_the_kth_of_a_batch_waits_k_costs(engine: Engine) -> None:
    jobs = [submission([step("a", cost=2.0)]) for _ in range(3)]
    store.submit(engine.connection, jobs, may_publish=False)
    fairs = [engine.row(job.id, "a")["fair"] for job in jobs]
    assert [fair - fairs[0] for fair in fairs] == [0.0, 2.0, 4.0]


def test_bulk_is_published_by_nobody_but_the_relay(engine: Engine) -> None:
    assert store.submit(engine.connection, [submission([step("a")], bulk=True)], may_publish=True) == []


def test_nothing_is_marked_by_a_process_that_cannot_publish(engine: Engine) -> None:
    job = submission([step("a")])
    assert store.submit(engine.connection, [job], may_publish=False) == []
    assert engine.row(job.id, "a")["published_at"] is None


def load(name: str, *, running: int = 0, published: int = 0, slots: int = 8) -> QueueLoad:
    last_turn = (0, 5.0) if published else None
    return QueueLoad(
        name, due=True, running=running, published=published, last_turn=last_turn, slots=slots, paused=False
    )


@pytest.mark.parametrize(
    ("queue", "fresh"),
    [
        (load("nlp"), 16),
        (load("nlp", running=40, published=10, slots=64), 30),
        (load("nlp.bulk"), 6),
        (load("nlp.bulk", running=4, published=1), 1),
        (load("nlp.bulk", running=2, published=3), 1),
        (load("nlp.bulk", running=6), 0),
        (load("nlp.bulk", published=20), 0),
        (load("nlp.bulk", slots=0), 0),
        (load("nlp.bulk", slots=1), 1),
    ],
)
def test_bulk_gets_three_quarters_of_the_slots_and_queues_stay_short(queue: QueueLoad, fresh: int) -> None:
    assert (plan(queue, 0).fresh, plan(queue, 0).before) == (fresh, END)


def test_a_full_queue_takes_only_what_comes_before_something_in_it() -> None:
    assert plan(load("nlp", published=16), 0).before == (0, 5.0)
