"""A running step's clock, lease and progress."""

from uuid import uuid4

import pytest

from shared.jobs.claims import Claim
from shared.jobs.errors import StepStoppedError, TransientError
from shared.queue.watch import MESSAGE_LENGTH, MOST_UNITS, StepWatch


def watch(left_s: float = 60.0) -> StepWatch:
    claim = Claim(
        job_id=uuid4(),
        step="a",
        task="nlp.a",
        token=uuid4(),
        owner_id=uuid4(),
        input=b"{}",
        attempt=1,
        crashes=0,
        left_s=left_s,
        half_open=False,
        outputs={},
    )
    return StepWatch(claim)


def test_time_left_is_that_of_the_claim_and_never_negative() -> None:
    assert 59 < watch(60.0).left() <= 60
    assert watch(-5.0).left() == 0.0


def test_a_step_goes_on_until_it_is_stopped() -> None:
    mine = watch()
    mine.check()
    mine.stop()
    with pytest.raises(StepStoppedError):
        mine.check()


def test_a_step_whose_time_is_over_is_told_so() -> None:
    with pytest.raises(TransientError) as late:
        watch(0.0).check()
    assert late.value.code == "provider_timeout"


def test_progress_moves_once() -> None:
    mine = watch()
    assert not mine.moved
    mine.progress(1, 3, "first")
    assert mine.moved
    beat = mine.beat()
    assert (beat.done, beat.total, beat.message, beat.moved) == (1, 3, "first", True)
    assert (beat.job_id, beat.step, beat.token) == (mine.claim.job_id, "a", mine.claim.token)
    mine.written(beat)
    assert not mine.moved
    assert not mine.beat().moved


def test_progress_that_was_not_written_is_shown_by_the_next_beat() -> None:
    mine = watch()
    mine.progress(1, 3)
    assert mine.beat().moved
    assert mine.beat().moved


def test_progress_made_while_a_beat_was_written_is_not_forgotten() -> None:
    mine = watch()
    mine.progress(1, 3)
    beat = mine.beat()
    mine.progress(2, 3)
    mine.written(beat)
    assert mine.beat().done == 2
    assert mine.beat().moved


def test_only_what_a_row_can_hold_is_shown() -> None:
    mine = watch()
    mine.progress(2**40, 2**40, "a\x00b\ud83d" + "x" * 1000)
    beat = mine.beat()
    assert (beat.done, beat.total) == (MOST_UNITS, MOST_UNITS)
    assert beat.message.startswith("ab?xx")
    assert len(beat.message) == MESSAGE_LENGTH
