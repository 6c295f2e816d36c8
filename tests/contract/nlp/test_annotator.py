"""What every annotator does: the one in the calling thread, and the one in a process of its own."""

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.nlp.analyst import AnalysisError, Analyst
from services.nlp.fake import FakeAnnotator
from services.nlp.ports import Annotator
from shared.jobs.errors import StepStoppedError, TransientError
from tests.support.processes import eventually, runs, start_python
from tests.support.step_watch import HandWatch

TEXT = "Das ist gut. Oder?\n\nDr. Müller weiß es nicht."
LONG = "Der Hund läuft schnell durch den kalten Wald. " * 870  # 40 000 characters


@pytest.fixture(scope="module")
def shared_analyst() -> Iterator[Analyst]:
    with Analyst() as analyst:
        yield analyst


@pytest.fixture
def analyst() -> Iterator[Analyst]:
    """One whose process may be killed."""
    with Analyst() as analyst:
        yield analyst


@pytest.fixture(params=["fake", "process"])
def annotator(request: pytest.FixtureRequest) -> Annotator:
    if request.param == "fake":
        return FakeAnnotator()
    analyst: Analyst = request.getfixturevalue("shared_analyst")
    return analyst


def process_of(analyst: Analyst) -> int:
    assert analyst._child is not None
    return analyst._child.process.pid


def test_sentences_and_words_come_back(annotator: Annotator) -> None:
    annotation = annotator.annotate(TEXT, "de", "A2", HandWatch())
    assert [sentence.text for sentence in annotation.sentences] == [
        "Das ist gut.",
        "Oder?",
        "Dr. Müller weiß es nicht.",
    ]


def test_both_say_the_same(shared_analyst: Analyst) -> None:
    here = FakeAnnotator().annotate(TEXT, "de", "A2", HandWatch())
    assert shared_analyst.annotate(TEXT, "de", "A2", HandWatch()) == here


def test_a_step_that_must_stop_stops(annotator: Annotator) -> None:
    with pytest.raises(StepStoppedError):
        annotator.annotate(LONG * 5, "de", "A2", HandWatch(stop_after=0))


def test_threads_take_turns(shared_analyst: Analyst) -> None:
    found: dict[int, int] = {}

    def work(number: int) -> None:
        found[number] = len(shared_analyst.annotate("Ja. " * number, "de", "A2", HandWatch()).sentences)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: number for number in range(1, 9)}


def test_a_dead_process_is_a_lost_worker_and_is_replaced(analyst: Analyst) -> None:
    analyst.annotate("Ja.", "de", "A2", HandWatch())
    first = process_of(analyst)
    killer = threading.Timer(0.2, os.kill, (first, signal.SIGKILL))
    killer.start()
    with pytest.raises(TransientError, match="worker_lost"):
        analyst.annotate(LONG * 20, "de", "A2", HandWatch())
    killer.join()
    assert len(analyst.annotate("Ja. Nein.", "de", "A2", HandWatch()).sentences) == 2
    assert process_of(analyst) != first


def test_a_process_that_died_between_two_texts_is_replaced(analyst: Analyst) -> None:
    first = process_of(analyst)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: not runs(first))
    assert len(analyst.annotate("Ja.", "de", "A2", HandWatch()).sentences) == 1


def test_a_text_that_takes_too_long_is_given_up_and_its_process_ended(analyst: Analyst) -> None:
    analyst.annotate("Ja.", "de", "A2", HandWatch())
    first = process_of(analyst)
    with pytest.raises(TransientError, match="provider_timeout"):
        analyst.annotate(LONG * 20, "de", "A2", HandWatch(seconds=0.3))
    assert not runs(first)
    assert len(analyst.annotate("Ja.", "de", "A2", HandWatch()).sentences) == 1


def test_waiting_for_ones_turn_counts_against_the_time(analyst: Analyst) -> None:
    with analyst._turn, pytest.raises(TransientError, match="provider_timeout"):
        analyst.annotate("Ja.", "de", "A2", HandWatch(seconds=0.1))


def test_an_error_of_ours_comes_back_with_its_traceback_and_the_process_goes_on(shared_analyst: Analyst) -> None:
    shared_analyst.annotate("Ja.", "de", "A2", HandWatch())
    before = process_of(shared_analyst)
    with pytest.raises(AnalysisError, match="KeyError: 'tlh'"):
        shared_analyst.annotate("Qapla'", "tlh", "A2", HandWatch())
    assert process_of(shared_analyst) == before


def test_the_process_knows_no_secret_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPL_API_KEY", "a-secret")
    with Analyst() as analyst:
        analyst.annotate("Ja.", "de", "A2", HandWatch())
        environment = Path(f"/proc/{process_of(analyst)}/environ").read_bytes()
    assert b"PYTHONPATH=" in environment
    assert b"a-secret" not in environment


def test_a_long_text_is_work_for_the_process_and_not_for_the_worker() -> None:
    """A heartbeat's thread needs this process's interpreter: it must be free while the text is annotated."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Analyst() as analyst:
        analyst.annotate("Ja.", "de", "A2", HandWatch())
        before = time.process_time()
        annotation = analyst.annotate(LONG, "de", "A2", HandWatch())
        here = time.process_time() - before
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    there = after.ru_utime - children.ru_utime
    assert len(annotation.sentences) == 870
    assert here < there / 5


def test_the_worker_itself_loads_no_engine_and_no_optimizer() -> None:
    heavy = {"HanTa", "simplemma", "spacy", "wordfreq", "fsrs.optimizer"}
    code = f"import sys, services.nlp.app; print(sorted({heavy} & set(sys.modules)))"
    with start_python(code, stdout=subprocess.PIPE) as worker:
        told, _ = worker.communicate()
    assert told.strip() == b"[]"


def test_it_ends_when_it_is_closed() -> None:
    with Analyst() as analyst:
        pid = process_of(analyst)
        assert runs(pid)
    assert not runs(pid)


def test_it_ends_with_the_worker_also_in_the_middle_of_a_text() -> None:
    code = (
        "import sys, threading\n"
        "from services.nlp.analyst import Analyst\n"
        "from tests.support.step_watch import HandWatch\n"
        "analyst = Analyst().start()\n"
        "analyst.annotate('Ja.', 'de', 'A2', HandWatch())\n"
        "work = (('Das ist gut. ' * 70_000, 'de', 'A2', HandWatch(600)))\n"
        "threading.Thread(target=analyst.annotate, args=work, daemon=True).start()\n"
        "print(analyst._child.process.pid, flush=True)\n"
        "threading.Event().wait()\n"
    )
    worker = start_python(code, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    with worker, worker.stdout as told:
        pid = int(told.readline())
        assert runs(pid)
        worker.kill()
        worker.wait()
        assert eventually(lambda: not runs(pid))
