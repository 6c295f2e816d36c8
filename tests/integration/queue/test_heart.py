"""The heartbeat on real rows: leases, progress, cancels, lost slots, and connections that break."""

import time
from collections.abc import Iterator

import psycopg
import pytest

from shared.jobs.claims import Beat, WorkerBeat
from shared.jobs.errors import StepStoppedError
from shared.jobs.model import LEASE, CancelAsked
from shared.queue import heart as module
from shared.queue.heart import RENEWAL, Heart
from shared.queue.watch import StepWatch
from tests.support.jobs import Engine, step
from tests.support.performing import MemoryPublisher
from tests.support.processes import eventually

NAME = "nlp@test"


class Patient:
    """A heart, and what it said."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine = engine
        self.publisher = MemoryPublisher()
        self.lost: list[StepWatch] = []
        self.asked: list[str] = []
        worker = WorkerBeat(NAME, "nlp", "", 4, 0, draining=False)
        self.heart = Heart(url, worker, self.publisher, self.lost.append, lambda: self.asked.append("drain"))

    def claim(self, kind: type[StepWatch] = StepWatch) -> StepWatch:
        """A running step whose lease the heart keeps."""
        claimed = self.engine.claim(self.engine.submit(step("a")), "a")
        assert not isinstance(claimed, str)
        watch = kind(claimed)
        self.heart.add(watch)
        return watch

    def row(self, watch: StepWatch) -> dict[str, object]:
        return self.engine.row(watch.claim.job_id, "a")

    def leases(self) -> list[object]:
        return [row["lease_until"] for row in self.engine.connection.execute("SELECT lease_until FROM job_steps")]

    def registered(self) -> list[dict[str, object]]:
        return self.engine.connection.execute("SELECT name, running, draining FROM workers").fetchall()


@pytest.fixture(name="patient")
def _patient(engine: Engine, clean_database: str) -> Iterator[Patient]:
    patient = Patient(engine, clean_database)
    yield patient
    patient.heart._forget_connection()


@pytest.fixture(name="alive")
def _alive(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    """Beating by itself, a hundred times a second."""
    monkeypatch.setattr(module, "TICK", 0.01)
    monkeypatch.setattr(module, "RENEWAL", 0.02)
    monkeypatch.setattr(module, "REGISTER", 0.01)
    patient.heart.start()
    yield patient
    patient.heart.stop()


def test_a_quiet_step_is_renewed_every_third_of_a_lease(patient: Patient) -> None:
    patient.claim()
    (before,) = patient.leases()
    now = time.monotonic()
    patient.heart._tick(now + RENEWAL - 1)
    assert patient.leases() == [before]
    patient.heart._tick(now + RENEWAL + 1)
    (after,) = patient.leases()
    assert after != before
    patient.heart._tick(now + RENEWAL + 2)
    assert patient.leases() == [after]
    assert patient.publisher.notified == []


def test_progress_is_shown_at_the_next_beat_and_told_to_who_waits(patient: Patient) -> None:
    watch = patient.claim()
    quiet = patient.claim()
    watch.progress(2, 5, "halfway")
    now = time.monotonic()
    patient.heart._tick(now)
    patient.heart._tick(now + 1)
    row = patient.row(watch)
    assert (row["progress_done"], row["progress_total"], row["message"]) == (2, 5, "halfway")
    assert patient.publisher.notified == [watch.claim.job_id]
    assert patient.row(quiet)["progress_done"] == 0


def stopped(watch: StepWatch) -> bool:
    try:
        watch.check()
    except StepStoppedError:
        return True
    return False


def test_cancelled_and_lost_steps_are_stopped_and_no_other(patient: Patient) -> None:
    cancelled, lost, taken, kept = (patient.claim() for _ in range(4))
    patient.engine.tell(cancelled.claim.job_id, CancelAsked("asked"))
    for watch in (lost, taken):
        patient.engine.lose(watch.claim.job_id, "a")
    other = patient.engine.token(taken.claim.job_id, "a")
    patient.heart._tick(time.monotonic() + RENEWAL + 1)
    assert [stopped(watch) for watch in (cancelled, lost, taken, kept)] == [True, True, True, False]
    assert patient.row(taken)["lease_token"] == other


def test_a_thread_that_is_out_one_lease_after_its_deadline_is_a_lost_slot(patient: Patient) -> None:
    watch, other = patient.claim(), patient.claim()
    watch.deadline -= 1000
    patient.heart._tick(watch.deadline + LEASE - 1)
    assert patient.lost == []
    patient.heart._tick(watch.deadline + LEASE + 1)
    assert patient.lost == [watch]
    assert other not in patient.lost


def test_a_step_that_has_ended_is_kept_no_longer(patient: Patient) -> None:
    watch = patient.claim()
    (before,) = patient.leases()
    patient.heart.remove(watch)
    patient.heart._tick(time.monotonic() + RENEWAL + 1)
    assert patient.leases() == [before]
    assert patient.heart.watches() == []


def kill_heart(engine: Engine) -> bool:
    row = engine.connection.execute(
        "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity"
        " WHERE application_name LIKE 'parlance-heart%'"
    ).fetchone()
    return row is not None and row["n"] > 0


def test_after_its_connection_was_killed_it_beats_on(alive: Patient) -> None:
    watch = alive.claim()
    assert eventually(lambda: kill_heart(alive.engine))
    watch.progress(3, 5)
    assert eventually(lambda: alive.row(watch)["progress_done"] == 3)
    (before,) = alive.leases()
    assert eventually(lambda: alive.leases() != [before])


def test_progress_is_not_forgotten_when_the_beat_that_should_show_it_fails(patient: Patient) -> None:
    watch = patient.claim()
    patient.heart._tick(time.monotonic())
    assert kill_heart(patient.engine)
    watch.progress(3, 5)
    with pytest.raises(psycopg.OperationalError):
        patient.heart._tick(time.monotonic())
    patient.heart._forget_connection()
    patient.heart._tick(time.monotonic())
    assert patient.row(watch)["progress_done"] == 3


class Breaking(StepWatch):
    """Breaks the first beat that it is part of."""

    broke = False

    def beat(self) -> Beat:
        if not self.broke:
            self.broke = True
            raise ZeroDivisionError
        return super().beat()


def test_an_error_of_ours_does_not_stop_the_heart(alive: Patient) -> None:
    neighbour, broken = alive.claim(), alive.claim(Breaking)
    assert eventually(lambda: getattr(broken, "broke", False))
    neighbour.progress(1, 2)
    assert eventually(lambda: alive.row(neighbour)["progress_done"] == 1)


def test_absurd_progress_of_one_step_does_not_cost_its_neighbours_their_leases(patient: Patient) -> None:
    neighbour, absurd = patient.claim(), patient.claim()
    absurd.progress(2**80, 2**80, "\ud83d")
    neighbour.progress(1, 2)
    patient.heart._tick(time.monotonic())
    assert patient.row(neighbour)["progress_done"] == 1


def test_a_process_is_on_the_register_until_it_leaves(alive: Patient) -> None:
    alive.claim()
    assert eventually(lambda: alive.registered() == [{"name": NAME, "running": 1, "draining": False}])
    alive.heart.draining = True
    assert eventually(lambda: alive.registered() == [{"name": NAME, "running": 1, "draining": True}])
    alive.heart.stop()
    assert alive.registered() == []


def test_one_heart_keeps_many_leases_at_once(patient: Patient) -> None:
    for _ in range(50):
        patient.claim()
    before = patient.leases()
    patient.heart._tick(time.monotonic() + RENEWAL + 1)
    assert not set(before) & set(patient.leases())
