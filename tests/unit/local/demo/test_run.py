import io
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from deploy.local.demo import command
from deploy.local.events import SupervisorEvent
from deploy.local.options import DemoOptions
from tests.support.demo_stack import JOB_ID, FakeStack, ScriptedApi, job, step
from tests.support.read_article import read_article

RUNNING = job("running", [step("write_text", "running")], result=None)
LOST_VOICE = [
    step("write_text"),
    step("annotate_text"),
    step("translate_text"),
    step("narrate_text", "failed", attempt=4, error={"code": "audio_empty", "message": "Only silence came."}),
    step("align_audio", "skipped"),
]


def interrupt() -> None:
    raise KeyboardInterrupt


class Try:
    """One run of the demo against a scripted API."""

    def __init__(self, folder: Path, *states: dict[str, Any], **article: Any) -> None:
        self.api = ScriptedApi(list(states) or [job()], read_article(**article))
        self.stack = FakeStack()
        self.page = folder / "new" / "article.html"
        self.console = Console(file=io.StringIO(), width=400, markup=False, highlight=False)

    def run(self, **options: Any) -> int:
        asked = DemoOptions(output=self.page, **options)
        return command.run(self.stack, asked, console=self.console, transport=self.api)

    @property
    def printed(self) -> str:
        assert isinstance(self.console.file, io.StringIO)
        return self.console.file.getvalue()


def test_a_finished_article_is_printed_and_written(tmp_path: Path) -> None:
    tried = Try(tmp_path, RUNNING, job())

    assert tried.run() == 0

    for expected in (
        "Auf dem Markt",
        "Sie kauft frisches Brot und rote Äpfel.",
        "She buys fresh bread and red apples.",
        "The most useful words",
        "reads like A2",
        "50% very common, 30% common, 15% less common, 5% rare",
        "tts.narrate_text",
        "would have cost $0.0123",
        "espeak-ng",
        str(tried.page),
    ):
        assert expected in tried.printed
    assert "TVAz" in tried.page.read_text(encoding="utf-8")  # the audio's base64


def test_what_was_assumed_is_told_before_anything_happens(tmp_path: Path) -> None:
    tried = Try(tmp_path)

    tried.run(topic="das Meer")

    before = tried.printed.partition("generation.write_text")[0]
    assert "Assumed, because it was not said: LANGUAGE=de, NATIVE=en, LEVEL=A2." in before


def test_the_time_of_each_step_is_printed(tmp_path: Path) -> None:
    tried = Try(tmp_path)

    tried.run()

    after = tried.printed.partition("\nSteps\n")[2]
    assert re.findall(r"(\w+\.\w+) +1\.5 s +done", after) == [
        "generation.write_text",
        "nlp.annotate_text",
        "nlp.translate_text",
        "tts.narrate_text",
        "stt.align_audio",
    ]


def test_it_ends_with_three_commands_to_go_on_with(tmp_path: Path) -> None:
    tried = Try(tmp_path)

    tried.run()

    assert [line.split()[0] for line in tried.printed.strip().splitlines()[-3:]] == ["make"] * 3


def test_nothing_is_coloured_outside_a_terminal(tmp_path: Path) -> None:
    tried = Try(tmp_path)

    tried.run()

    assert "\x1b" not in tried.printed


def test_an_article_cannot_steer_the_terminal(tmp_path: Path) -> None:
    tried = Try(tmp_path, title="\x1b]0;gotcha\x07Titel [bold]", text="Am\x1b[2J")

    tried.run()

    assert "Titel [bold]" in tried.printed
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", tried.printed)


def test_a_killed_worker_is_told_at_once_and_in_the_end(tmp_path: Path) -> None:
    steps = [step("write_text"), step("narrate_text", attempt=2, crashes=1)]
    tried = Try(tmp_path, RUNNING, job("succeeded", steps))
    tried.stack.history = [
        SupervisorEvent(1.0, "tts", "died", "signal 9"),
        SupervisorEvent(2.0, "tts", "restarted", ""),
    ]

    assert tried.run() == 0

    live, _, summary = tried.printed.partition("What happened on the way")
    assert "The tts worker died (signal 9);" in live
    assert "narrate_text was taken over after its lease ran out, attempt 2." in summary


def test_news_are_told_once(tmp_path: Path) -> None:
    tried = Try(tmp_path, RUNNING, RUNNING, job())
    tried.stack.history = [SupervisorEvent(1.0, "redis", "died", "signal 9")]

    tried.run()

    assert tried.printed.count("The process redis died (signal 9).") == 1


def test_a_partial_article_is_shown_and_what_is_missing_is_said(tmp_path: Path) -> None:
    error = {"code": "audio_empty", "message": "Only silence came."}
    tried = Try(tmp_path, job("partial", LOST_VOICE, error=error), narration=None, alignment=None)

    assert tried.run() == 1

    assert "The job ended as partial: audio_empty (Only silence came.)." in tried.printed
    assert f"tts.narrate_text failed: audio_empty (Only silence came.). Log: {Path('logs/tts.log')}" in tried.printed
    assert "Sie kauft frisches Brot" in tried.printed
    assert tried.page.exists()


def test_a_failed_job_says_code_and_log(tmp_path: Path) -> None:
    lost = step("write_text", "failed", error={"code": "output_refused", "message": "Refused."})
    error = {"code": "output_refused", "message": "Refused."}
    tried = Try(tmp_path, job("failed", [lost], result=None, error=error))

    assert tried.run() == 1

    assert (
        f"generation.write_text failed: output_refused (Refused.). Log: {Path('logs/generation.log')}" in tried.printed
    )
    assert not tried.page.exists()


def test_an_expired_job_without_a_failed_step_is_reported_too(tmp_path: Path) -> None:
    tried = Try(tmp_path, job("expired", [], result=None))

    assert tried.run() == 1
    assert "The job ended as expired." in tried.printed


def test_ctrl_c_cancels_the_job(tmp_path: Path) -> None:
    tried = Try(tmp_path, RUNNING)
    tried.api.on_poll = interrupt

    assert tried.run() == 130

    assert tried.api.cancelled
    assert tried.api.requests[-1].url.path == f"/api/jobs/{JOB_ID}/cancel"


def test_what_the_api_refuses_is_bad_input(tmp_path: Path) -> None:
    tried = Try(tmp_path)
    problem = {"errors": [{"field": "voice", "message": "must be one of Kore"}]}
    tried.api.trouble = [httpx.Response(400, json=problem, headers={"Content-Type": "application/problem+json"})]

    assert tried.run() == 2
    assert "voice: must be one of Kore" in tried.printed


def test_bad_options_send_nothing(tmp_path: Path) -> None:
    tried = Try(tmp_path)

    assert tried.run(language="xx") == 2
    assert tried.api.requests == []


def test_the_sandbox_has_no_estimate(tmp_path: Path) -> None:
    tried = Try(tmp_path)

    tried.run(max_cost_usd=0.0)

    assert "Estimated cost" not in tried.printed
    assert len(tried.api.orders) == 1


def test_a_real_run_prints_its_estimate_before_it_orders(tmp_path: Path) -> None:
    tried = Try(tmp_path)
    tried.stack.providers = tried.stack.providers | {"deepl": "real"}

    assert tried.run(real=True) == 0
    assert "deepl (deepl): $0.0" in tried.printed
    assert len(tried.api.orders) == 1


def test_a_run_that_is_too_dear_sends_nothing(tmp_path: Path) -> None:
    tried = Try(tmp_path)
    tried.stack.providers = tried.stack.providers | {"deepl": "real"}

    assert tried.run(real=True, max_cost_usd=0.001) == 2
    assert "is more than MAX_COST=0.001" in tried.printed
    assert tried.api.requests == []


@pytest.mark.parametrize("charged", [260_000, None])
def test_a_job_that_turns_out_too_dear_is_cancelled(tmp_path: Path, charged: int | None) -> None:
    cost = {"micro_usd": charged, "charged_micro_usd": charged, "calls": 3, "sandbox": False}
    tried = Try(tmp_path, RUNNING | {"cost": cost})
    tried.stack.providers = tried.stack.providers | {"deepl": "real"}

    assert tried.run(real=True) == 1

    assert tried.api.cancelled
    assert "more than MAX_COST=0.25" in tried.printed


def test_an_api_that_fails_afterwards_is_a_failure_with_its_log(tmp_path: Path) -> None:
    tried = Try(tmp_path)
    tried.api.on_poll = lambda: tried.api.trouble.append(httpx.Response(500))

    assert tried.run() == 1
    assert f"Log: {Path('logs/api.log')}" in tried.printed
