import json
from pathlib import Path

import httpx
import pytest

from services.cli import runs
from tests.support.cli_server import BATCHES, ME, URL, CommandLine, FakeServer, problem

CSV = "language,level,topic\nde,A2,Der Markt\nfr,B1,La mer\n"


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def keys(server: FakeServer) -> list[str]:
    return [request.headers["Idempotency-Key"] for request in server.asked(BATCHES)]


def test_every_row_is_ordered_once(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    ended = parlance("batch", str(file), "--name", "March", "--native", "en", "--watch", "--json")
    assert ended.exit_code == 0, ended.stderr
    (request,) = server.asked(BATCHES)
    assert json.loads(request.content) == {
        "name": "March",
        "items": [
            {"language": "de", "native_language": "en", "level": "A2", "topic": "Der Markt"},
            {"language": "fr", "native_language": "en", "level": "B1", "topic": "La mer"},
        ],
    }
    assert json.loads(ended.stdout)["batches"][0]["counts"]["succeeded"] == 2


def test_a_wrong_row_is_named_and_nothing_is_sent(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    file.write_text("language,level,topic,colour\nde,A9,x,red\nxx,A1,,\nde,A1,y,\n", encoding="utf-8")
    ended = parlance("batch", str(file))
    assert ended.exit_code == 2
    assert ended.stdout == ""
    for said in (
        "row 1, colour: is unknown",
        "row 2, level: must be one of A1, A2, B1, B2, C1, C2, not 'A9'",
        "row 3, language: must be one of",
        "row 3, topic: exactly one of topic, source_text, source_url is needed",
        "Nothing was sent: 3 rows are wrong.",
    ):
        assert said in ended.stderr
    assert "row 4" not in ended.stderr
    assert server.asked(BATCHES) == []


def test_a_dry_run_sends_nothing(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    ended = parlance("batch", str(file), "--dry-run")
    assert ended.exit_code == 0, ended.stderr
    assert "2 rows" in ended.stdout
    assert ended.stdout.count("An estimate") == 2
    assert server.asked(BATCHES) == []
    assert not (parlance.folder / "state").exists()


def test_a_crash_before_the_order_is_sent_costs_nothing(
    parlance: CommandLine, server: FakeServer, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("services.cli.api.Api.post", _crash)
        with pytest.raises(CrashError):
            parlance("batch", str(file))
    (written,) = (parlance.folder / "state" / "batches").iterdir()
    key = json.loads(written.read_bytes())["chunks"][0]["idempotency_key"]
    assert server.asked(BATCHES) == []
    assert parlance("batch", str(file)).exit_code == 0
    assert keys(server) == [key]


class CrashError(BaseException):
    """The process is gone."""


def _crash(*_: object, **__: object) -> None:
    raise CrashError


def test_a_crash_before_the_answer_came_orders_nothing_twice(
    parlance: CommandLine, server: FakeServer, file: Path
) -> None:
    server.after[BATCHES] = [KeyboardInterrupt()]
    first = parlance("batch", str(file))
    assert first.exit_code == 130
    second = parlance("batch", str(file))
    assert second.exit_code == 0, second.stderr
    assert "goes on" in second.stderr
    assert len(server.batches) == 1
    assert len(set(keys(server))) == 1
    assert len(keys(server)) == 2


def test_a_lost_answer_is_asked_for_again_with_the_same_key(
    parlance: CommandLine, server: FakeServer, file: Path
) -> None:
    server.before[BATCHES] = [httpx.ReadTimeout("too slow"), httpx.Response(502), httpx.Response(503)]
    ended = parlance("batch", str(file))
    assert ended.exit_code == 0, ended.stderr
    assert len(keys(server)) == 4
    assert len(set(keys(server))) == 1


def test_the_same_file_is_not_sent_again_unless_wanted(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    for _ in range(2):
        assert parlance("batch", str(file)).exit_code == 0
    assert len(keys(server)) == 1
    assert parlance("batch", str(file), "--again").exit_code == 0
    assert len(set(keys(server))) == 2
    assert parlance("batch", str(file), "--level", "C1").exit_code == 0, "options only fill what is empty"
    assert len(keys(server)) == 2
    file.write_text(CSV + "it,A1,Il mare\n", encoding="utf-8")
    assert parlance("batch", str(file)).exit_code == 0
    assert len(set(keys(server))) == 3


def test_the_same_file_of_another_account_is_another_run(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    assert parlance("batch", str(file)).exit_code == 0
    server.answers["GET", "/api/auth/me"] = lambda _: httpx.Response(200, json=ME | {"id": "somebody else"})
    assert parlance("batch", str(file)).exit_code == 0
    assert len(set(keys(server))) == 2


def test_more_than_the_plan_allows_becomes_several_batches(
    parlance: CommandLine, server: FakeServer, file: Path
) -> None:
    free = ME | {"plan": {"batch_items": 2}}
    server.answers["GET", "/api/auth/me"] = lambda _: httpx.Response(200, json=free)
    file.write_text("language,level,topic\n" + "".join(f"de,A1,{number}\n" for number in range(5)), encoding="utf-8")
    ended = parlance("batch", str(file), "--watch")
    assert ended.exit_code == 0, ended.stderr
    assert [len(batch["items"]) for batch in server.batches.values()] == [2, 2, 1]
    topics = [item["topic"] for batch in server.batches.values() for item in batch["items"]]
    assert topics == ["0", "1", "2", "3", "4"]
    assert "5 of 5 done" in ended.stdout


def test_rows_that_failed_can_be_fed_back_in(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    server.statuses = {1: ("failed", "provider_timeout")}
    ended = parlance("batch", str(file), "--watch")
    assert ended.exit_code == 3
    assert "row 3: provider_timeout: It took too long." in ended.stderr
    errors = file.with_name("orders.errors.csv")
    assert errors.read_text() == (
        "language,level,topic,error_code,error_message\nfr,B1,La mer,provider_timeout,It took too long.\n"
    )
    server.statuses = {}
    again = parlance("batch", str(errors))
    assert again.exit_code == 0, again.stderr
    assert list(server.batches.values())[1]["items"] == [{"language": "fr", "level": "B1", "topic": "La mer"}]


def test_an_old_errors_file_is_said_to_be_old(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    server.statuses = {1: ("failed", "provider_timeout")}
    assert parlance("batch", str(file), "--watch").exit_code == 3
    server.statuses = {}
    ended = parlance("batch", str(file), "--watch")
    assert ended.exit_code == 0
    assert "is of an earlier run" in " ".join(ended.stderr.split())


def test_a_partial_article_is_no_full_success(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    server.statuses = {0: ("partial", "provider_timeout")}
    ended = parlance("batch", str(file), "--watch")
    assert ended.exit_code == 3
    assert not file.with_name("orders.errors.csv").exists(), "it has an article"


def test_a_refusal_names_the_request_and_tells_by_its_exit_code(
    parlance: CommandLine, server: FakeServer, file: Path
) -> None:
    server.before[BATCHES] = [problem(403, "plan_limit", "Your plan allows fewer.")]
    ended = parlance("batch", str(file))
    assert ended.exit_code == 4
    assert ended.stderr == "Your plan allows fewer. (plan_limit, request req-1)\n"


def test_a_run_that_cannot_be_written_down_is_not_sent(parlance: CommandLine, server: FakeServer, file: Path) -> None:
    (parlance.folder / "state").write_text("a file where a folder should be")
    ended = parlance("batch", str(file))
    assert ended.exit_code == 1
    assert "state" in ended.stderr
    assert "Traceback" not in ended.output
    assert server.asked(BATCHES) == []


def test_two_commands_at_once_send_the_same_keys(tmp_path: Path) -> None:
    orders = [{"topic": "x"}]
    path = runs.run_path(tmp_path, URL, "me", orders)
    made = [runs.new_run(orders, 1000, url=URL, account="me", source="-", name="") for _ in range(2)]
    first, second = (runs.begin(path, run, again=False) for run in made)
    assert first == second == made[0]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_standard_input_is_read_as_json_lines(parlance: CommandLine, server: FakeServer) -> None:
    line = json.dumps({"language": "ja", "level": "A1", "topic": "海", "words_to_use": ["海"], "length": 100})
    ended = parlance("batch", "-", given=line + "\n\n")
    assert ended.exit_code == 0, ended.stderr
    (batch,) = server.batches.values()
    assert batch["items"] == [json.loads(line)]


def test_the_list_says_how_much_of_each_batch_has_ended(parlance: CommandLine, server: FakeServer) -> None:
    counts = {"total": 200, "succeeded": 5, "partial": 1, "failed": 1, "expired": 1, "running": 192}
    row = {"id": "b", "created_at": "2026-03-01T12:00:00.5Z", "done": False, "counts": counts, "name": "March"}
    server.answers["GET", BATCHES] = lambda _: httpx.Response(200, json={"items": [row], "next_page_token": ""})
    assert parlance("batches", "list").stdout.splitlines()[1].split() == [
        "b", "2026-03-01T12:00:00Z", "8/200", "5", "1", "1", "March",
    ]  # fmt: skip


def test_a_name_that_the_server_would_refuse_begins_no_run(
    parlance: CommandLine, server: FakeServer, file: Path
) -> None:
    assert parlance("batch", str(file), "--name", "x" * 201).exit_code == 2
    assert server.requests == []
    assert parlance("batch", str(file), "--name", "x" * 200).exit_code == 0
    assert json.loads(server.asked(BATCHES)[0].content)["name"] == "x" * 200
