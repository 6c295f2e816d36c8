import msgspec
import pytest

from deploy.local.demo.incidents import incidents, news
from deploy.local.events import SupervisorEvent
from services.cli.answers import Step
from tests.support.demo_stack import step

KILLED = "signal 9 (SIGKILL)"


def steps(*given: dict[str, object]) -> list[Step]:
    return msgspec.convert(list(given), list[Step])


def died(name: str) -> SupervisorEvent:
    return SupervisorEvent(1.0, name, "died", KILLED)


def restarted(name: str) -> SupervisorEvent:
    return SupervisorEvent(2.0, name, "restarted", "after 0.1 s")


def test_a_killed_worker_and_the_step_it_lost_are_one_sentence() -> None:
    told = incidents([died("tts"), restarted("tts")], steps(step("narrate_text", attempt=2, crashes=1)))

    assert " ".join(told) == (
        "The tts worker died (signal 9 (SIGKILL)) and was restarted; narrate_text was taken over after its lease ran "
        "out, attempt 2."
    )


def test_a_worker_that_died_idle_lost_nothing() -> None:
    told = incidents([died("tts"), restarted("tts")], steps(step("narrate_text"), step("write_text", crashes=1)))

    assert "; it was in the middle of no step." in told[0]


def test_a_step_that_was_given_up_is_not_called_taken_over() -> None:
    (told,) = incidents([died("tts"), restarted("tts")], steps(step("narrate_text", "failed", attempt=3, crashes=3)))

    assert told.endswith("; narrate_text was given up after attempt 3.")


def test_a_server_that_died_is_named() -> None:
    assert incidents([died("redis"), restarted("redis")], steps()) == [
        "The process redis died (signal 9 (SIGKILL)) and was restarted."
    ]


def test_a_process_that_is_not_back_is_told_so() -> None:
    assert incidents([died("nlp")], steps())[0].startswith(
        "The nlp worker died (signal 9 (SIGKILL)) and has not been restarted"
    )


def test_the_lost_step_is_told_once_even_if_its_worker_died_twice() -> None:
    told = incidents(
        [died("stt"), restarted("stt"), died("stt"), restarted("stt")],
        steps(step("align_audio", attempt=3, crashes=2)),
    )

    assert [("taken over" in sentence, "was restarted" in sentence) for sentence in told] == [
        (False, True),
        (True, True),
    ]


def test_a_lost_lease_without_a_death_is_told() -> None:
    assert incidents([], steps(step("align_audio", attempt=2, crashes=1))) == [
        "The stt worker lost its lease; align_audio was taken over after its lease ran out, attempt 2."
    ]


@pytest.mark.parametrize(("failures", "times"), [(1, "once"), (2, "2 times")])
def test_retries_are_told(failures: int, times: str) -> None:
    assert incidents([], steps(step("translate_text", failures=failures, attempt=failures + 1))) == [
        f"translate_text failed {times} and was tried again: attempt {failures + 1} succeeded."
    ]


def test_a_smooth_run_has_no_incidents() -> None:
    assert incidents([], steps(step("write_text"))) == []


def test_news_are_short() -> None:
    assert news(died("api")) == "The process api died (signal 9 (SIGKILL))."
    assert news(restarted("redis")) == "The process redis was restarted."


def test_a_dead_worker_leaves_hope() -> None:
    assert news(died("tts")) == (
        "The tts worker died (signal 9 (SIGKILL)); a step it was working on is taken over when its lease runs out."
    )
