"""What a process that performed a step alone tells through its pipe."""

import os

import pytest

from shared.queue.verdict import begin, heard, tell, wait_for_begin


@pytest.mark.parametrize("failed", [True, False])
@pytest.mark.parametrize("sentence", ["succeeded 3 paragraphs", "provider_timeout after 31.2 s", "für 愛"])
def test_a_verdict_arrives_as_it_was_told(sentence: str, *, failed: bool) -> None:
    hearing, telling = os.pipe()
    tell(telling, sentence, failed=failed)
    assert heard(hearing) == (sentence, failed)


def test_a_process_that_told_nothing_is_not_waited_for() -> None:
    hearing, telling = os.pipe()
    assert heard(hearing) == ("", False), "though the other end is open"
    os.close(telling)
    hearing, telling = os.pipe()
    os.close(telling)
    assert heard(hearing) == ("", False)


def test_nobody_need_listen() -> None:
    hearing, telling = os.pipe()
    os.close(hearing)
    tell(telling, "succeeded", failed=False)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(telling)


def test_a_long_verdict_is_cut_and_never_fills_the_pipe() -> None:
    hearing, telling = os.pipe()
    tell(telling, "ä" * 100_000, failed=False)
    sentence, _ = heard(hearing)
    assert set(sentence) == {"ä"}
    assert len(sentence) == 150


def test_a_beginning_is_waited_for_and_is_no_verdict() -> None:
    hearing, telling = os.pipe()
    begin(telling)
    wait_for_begin(hearing)
    tell(telling, "succeeded", failed=False)
    assert heard(hearing) == ("succeeded", False)


def test_nobody_waits_for_a_process_that_ended_before_it_began() -> None:
    hearing, telling = os.pipe()
    os.close(telling)
    wait_for_begin(hearing)
    assert heard(hearing) == ("", False)


def test_a_beginning_that_nobody_hears_does_no_harm() -> None:
    hearing, telling = os.pipe()
    os.close(hearing)
    begin(telling)
    tell(telling, "succeeded", failed=False)
