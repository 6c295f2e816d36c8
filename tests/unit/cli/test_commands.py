import contextlib
import io
import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from services.cli.app import app
from services.cli.screen import Screen
from shared.articles.model import Coverage
from tests.support.cli_server import KEY, CommandLine, FakeServer, problem
from tests.support.demo_stack import ARTICLE_ID, AUDIO_URL, JOB_ID, job, step
from tests.support.read_article import read_article

ORDER = "/api/generation/articles"
JOB = f"/api/jobs/{JOB_ID}"
ARTICLE = f"/api/articles/{ARTICLE_ID}"


def full(status: str = "succeeded", **changes: Any) -> dict[str, Any]:
    return job(status, **changes) | {"created_at": "2026-03-01T12:00:00Z"}


@pytest.fixture(autouse=True)
def _answers(server: FakeServer) -> None:
    states = [full("queued", steps=[]), full("running", steps=[step("write_text", "running")]), full()]

    def poll(request: httpx.Request) -> httpx.Response:
        place = min(int(request.headers.get("If-None-Match", '"-1"').strip('"')) + 1, len(states) - 1)
        return httpx.Response(200, json=states[place], headers={"ETag": f'"{place}"', "Retry-After": "3"})

    narration = msgspec.to_builtins(read_article().narration) | {"url": AUDIO_URL}
    article = msgspec.to_builtins(read_article()) | {"narration": narration, "id": ARTICLE_ID}
    server.answers["POST", ORDER] = lambda _: httpx.Response(202, json=full("queued", steps=[], result=None))
    server.answers["GET", JOB] = poll
    server.answers["GET", ARTICLE] = lambda _: httpx.Response(200, json=article)
    server.answers["GET", httpx.URL(AUDIO_URL).path] = lambda _: httpx.Response(200, content=b"MP3")


def order(parlance: CommandLine, *more: str) -> Any:
    return parlance("article", "Der Markt", "--language", "de", "--level", "a2", *more)


def test_an_order_says_what_was_given(parlance: CommandLine, server: FakeServer) -> None:
    ended = order(parlance, "--native", "en", "--word", "Brot", "--word", "Apfel", "--no-narrate", "--due-words")
    assert ended.exit_code == 0, ended.stderr
    (request,) = server.asked(ORDER)
    assert json.loads(request.content) == {
        "language": "de",
        "level": "A2",
        "native_language": "en",
        "narrate": False,
        "topic": "Der Markt",
        "words_to_use": ["Brot", "Apfel"],
        "use_due_words": True,
    }
    assert ended.stdout == f"{JOB_ID}  queued\n"


def test_a_lost_answer_is_asked_for_with_the_same_key(parlance: CommandLine, server: FakeServer) -> None:
    server.before[ORDER] = [httpx.ReadError("cut"), httpx.Response(504)]
    assert order(parlance).exit_code == 0
    keys = [request.headers["Idempotency-Key"] for request in server.asked(ORDER)]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert order(parlance).exit_code == 0
    assert server.asked(ORDER)[-1].headers["Idempotency-Key"] != keys[0], "another order is another article"


def test_watching_asks_as_the_server_wants(parlance: CommandLine, server: FakeServer) -> None:
    ended = order(parlance, "--watch", "--json")
    assert ended.exit_code == 0, ended.stderr
    assert json.loads(ended.stdout)["status"] == "succeeded"
    assert "generation.write_text" in ended.stderr
    assert "\x1b" not in ended.output
    polls = server.asked(JOB)
    assert [dict(request.url.params) for request in polls] == [{}, {"wait": "30"}, {"wait": "30"}]
    assert [request.headers.get("If-None-Match") for request in polls] == [None, '"0"', '"1"']
    assert parlance.pauses == [3.0, 3.0]


def test_a_watch_outlives_a_busy_server(parlance: CommandLine, server: FakeServer) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "7"})
    server.before[JOB] = [busy, httpx.ConnectError("refused"), httpx.Response(503, headers={"Retry-After": "9"})]
    assert order(parlance, "--watch").exit_code == 0
    assert parlance.pauses[:3] == [7.0, 1.0, 9.0]


def test_an_interrupted_watch_leaves_the_job_running(parlance: CommandLine, server: FakeServer) -> None:
    server.after[JOB] = [KeyboardInterrupt()]
    ended = order(parlance, "--watch")
    assert ended.exit_code == 130
    assert ended.stderr == f"The job goes on. Watch it again with: parlance jobs watch {JOB_ID}\n"
    assert server.asked(f"{JOB}/cancel") == []


@pytest.mark.parametrize("status", ["partial", "failed", "cancelled", "expired"])
def test_what_did_not_fully_succeed_is_told_by_the_exit_code(
    parlance: CommandLine, server: FakeServer, status: str
) -> None:
    error = {"code": "output_refused", "message": "It would not."}
    server.answers["GET", JOB] = lambda _: httpx.Response(200, json=full(status, error=error))
    ended = parlance("jobs", "watch", JOB_ID)
    assert ended.exit_code == 3
    assert f"The job is {status}: output_refused. It would not." in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("article", "x", "--language", "de"),
        ("article", "--language", "de", "--level", "A1"),
        ("article", "x", "--text", "-", "--language", "de", "--level", "A1"),
        ("article", "--text", "not there", "--language", "de", "--level", "A1"),
        ("jobs", "show", "../auth/me"),
        ("jobs", "list", "--limit", "0"),
        ("batch", "not there.csv"),
        ("nonsense",),
    ],
)
def test_wrong_usage_sends_nothing(parlance: CommandLine, server: FakeServer, arguments: tuple[str, ...]) -> None:
    ended = parlance(*arguments)
    assert ended.exit_code == 2
    assert ended.stdout == ""
    assert server.requests == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (problem(400, "input_invalid", errors=[{"field": "level", "message": "must be A1"}]), 2),
        (problem(401, "unauthenticated"), 4),
        (problem(403, "forbidden"), 4),
        (problem(404, "not_found"), 5),
        (problem(409, "job_already_finished"), 2),
        (problem(500, "internal"), 1),
        (httpx.Response(200, text="<html>a hotel's door</html>"), 1),
        (httpx.Response(200, json={"no": "job"}), 1),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example.org"}), 1),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), 1),
        (httpx.RemoteProtocolError("nonsense"), 1),
    ],
)
def test_each_refusal_is_a_sentence_and_a_code(
    parlance: CommandLine, server: FakeServer, answer: httpx.Response | Exception, code: int
) -> None:
    server.before[JOB] = [answer] * 20
    ended = parlance("jobs", "show", JOB_ID)
    assert ended.exit_code == code, ended.output
    assert ended.stdout == ""
    assert 1 <= ended.stderr.count("\n") <= 6
    assert isinstance(ended.exception, SystemExit), "nothing got past the commands' root"
    if isinstance(answer, httpx.Response) and "problem" in answer.headers.get("Content-Type", ""):
        assert "request req-1" in ended.stderr


def test_what_may_not_be_repeated_is_sent_once(parlance: CommandLine, server: FakeServer) -> None:
    path = "/api/admin/queues/tts/pause"
    server.before[path] = [httpx.ReadTimeout("too slow")]
    ended = parlance("ops", "pause", "tts", "--reason", "x")
    assert ended.exit_code == 1
    assert "Whether it was done is not known." in ended.stderr
    assert len(server.asked(path)) == 1


def test_a_list_is_walked_page_by_page(parlance: CommandLine, server: FakeServer) -> None:
    short = {"kind": "write_article", "status": "failed", "percent": 0, "created_at": "2026-03-01T12:00:00.123456Z"}
    pages = {None: ("a", "more"), "more": ("b", "")}

    def page(request: httpx.Request) -> httpx.Response:
        identity, token = pages[request.url.params.get("page_token")]
        row = short | {"id": identity, "error": {"code": "internal", "message": ""}}
        return httpx.Response(200, json={"items": [row], "next_page_token": token})

    server.answers["GET", "/api/jobs"] = page
    ended = parlance("jobs", "list", "--status", "failed", "--status", "expired", "--json")
    assert [json.loads(line)["id"] for line in ended.stdout.splitlines()] == ["a", "b"]
    assert server.requests[0].url.params.get_list("status") == ["failed", "expired"]
    assert parlance("jobs", "list").stdout.splitlines()[1].split() == [
        "a", "write_article", "failed", "0", "2026-03-01T12:00:00Z", "internal",
    ]  # fmt: skip


def test_an_article_is_read_heard_and_kept_as_a_page(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    shown = parlance("articles", "show", ARTICLE_ID)
    assert "Am Samstag geht Anna auf den Markt." in shown.stdout
    assert "On Saturday Anna goes to the market." in shown.stdout
    assert parlance("articles", "audio", ARTICLE_ID, str(tmp_path / "a.mp3")).exit_code == 0
    assert (tmp_path / "a.mp3").read_bytes() == b"MP3"
    assert "Authorization" not in server.requests[-1].headers, "the key stays with the API"
    assert parlance("articles", "page", ARTICLE_ID, str(tmp_path / "a.html")).exit_code == 0
    assert "Auf dem Markt" in (tmp_path / "a.html").read_text(encoding="utf-8")
    missing = parlance("articles", "page", ARTICLE_ID, str(tmp_path / "nowhere" / "a.html"))
    assert missing.exit_code == 1
    assert "No such file" in missing.stderr


def test_an_article_for_its_learner_says_how_it_fits(parlance: CommandLine, server: FakeServer) -> None:
    coverage = Coverage(
        known_share=0.934, least_known=0.9, revised=False, due_words=["Brot", "Markt"], due_words_used=["Brot"],
        new_words=["Stand"],
    )  # fmt: skip
    article = msgspec.to_builtins(read_article()) | {"coverage": msgspec.to_builtins(coverage), "id": ARTICLE_ID}
    server.answers["GET", ARTICLE] = lambda _: httpx.Response(200, json=article)
    shown = parlance("articles", "show", ARTICLE_ID).stdout
    for said in ("you know 93% of its words", "Words to review that it uses: 1 of 2, Brot.", "New words: Stand."):
        assert said in shown


def test_words_of_others_do_not_steer_the_terminal(parlance: CommandLine, server: FakeServer) -> None:
    server.before[JOB] = [problem(404, "not_found", "gone\x1b[2J\x07")]
    assert "\x1b" not in parlance("jobs", "show", JOB_ID).stderr


def test_an_operator_pauses_and_drains(parlance: CommandLine, server: FakeServer) -> None:
    queue = {"name": "tts", "ready": 3, "running": 1, "oldest_ready_s": 57.095861, "slots": 4, "paused": None}
    server.answers["GET", "/api/admin/queues"] = lambda _: httpx.Response(200, json=[queue])
    server.answers["POST", "/api/admin/queues/tts/pause"] = lambda _: httpx.Response(200, json=queue)
    server.answers["POST", "/api/admin/workers/a b/drain"] = lambda _: httpx.Response(202)
    assert parlance("ops", "queues").stdout.splitlines()[1].split() == ["tts", "3", "1", "4", "57", "s"]
    assert parlance("ops", "pause", "tts", "--reason", "quota", "--seconds", "60").exit_code == 0
    assert json.loads(server.requests[-1].content) == {"reason": "quota", "seconds": 60}
    assert parlance("ops", "drain", "a b").exit_code == 0
    assert server.requests[-1].url.raw_path == b"/api/admin/workers/a%20b/drain"


def test_an_unencrypted_server_is_warned_of(server: FakeServer, tmp_path: Path) -> None:
    parlance = CommandLine(server, tmp_path, PARLANCE_URL="http://parlance.example.org", PARLANCE_API_KEY=KEY)
    assert "is not encrypted" in parlance("whoami").stderr


def test_the_help_names_the_exit_codes(parlance: CommandLine) -> None:
    ended = parlance("--help")
    assert "130 interrupted" in " ".join(ended.stdout.split())
    assert app.info.epilog


def test_the_help_breaks_lines_where_the_terminal_does(parlance: CommandLine) -> None:
    lines = parlance("review", "--help").stdout.splitlines()
    assert any("Without a network the cards that were fetched last" in line for line in lines)


def test_an_empty_page_ends_a_list(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["GET", "/api/articles"] = lambda _: httpx.Response(200, json={"items": [], "next_page_token": "x"})
    assert parlance("articles", "list").exit_code == 0
    assert len(server.asked("/api/articles")) == 1


def test_a_title_makes_no_second_row(parlance: CommandLine, server: FakeServer) -> None:
    rows = {"items": [{"id": ARTICLE_ID, "title": "One\n0190  de  Two"}], "next_page_token": ""}
    server.answers["GET", "/api/articles"] = lambda _: httpx.Response(200, json=rows)
    assert len(parlance("articles", "list").stdout.splitlines()) == 2


def test_json_stays_whole_and_steers_nothing() -> None:
    said = {"title": "Käse 日本 🧀 \x9b2J\x7f"}
    for encoding in ("utf-8", "cp1252", "ascii"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        with contextlib.redirect_stdout(stream):
            Screen(as_json=True).document(said)
        stream.flush()
        written = stream.buffer.getvalue().decode(encoding)
        assert json.loads(written) == said
        assert not {"\x9b", "\x7f"} & set(written)


@pytest.mark.parametrize("items", [None, "x", ["x"], [None]])
def test_a_list_that_is_none_is_a_sentence(parlance: CommandLine, server: FakeServer, items: object) -> None:
    server.answers["GET", "/api/articles"] = lambda _: httpx.Response(200, json={"items": items})
    ended = parlance("articles", "list")
    assert ended.exit_code == 1
    assert "was not understood" in ended.stderr


def test_an_account_that_is_none_is_a_sentence(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["GET", "/api/auth/me"] = lambda _: httpx.Response(200, json={"plan": "free"})
    ended = parlance("whoami")
    assert ended.exit_code == 1
    assert "was not understood" in ended.stderr


def test_a_page_without_a_folder_is_not_ordered(parlance: CommandLine, server: FakeServer, tmp_path: Path) -> None:
    page = tmp_path / "missing" / "page.html"
    ended = parlance("article", "Am See", "--language", "de", "--level", "A1", "--out", str(page))
    assert ended.exit_code == 2
    assert "there is no folder" in ended.stderr
    assert server.asked("/api/generation/articles") == []
