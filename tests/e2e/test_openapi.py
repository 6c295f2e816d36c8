import json
from typing import Any

import pytest

from services.api import openapi
from services.api.errors import PROBLEM_JSON

DOCUMENT: dict[str, Any] = json.loads(openapi.document())
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
JOB_ANSWERS = {"createArticle": "202", "getJob": "200", "cancelJob": "202", "retryJob": "202"}


def test_committed_document_is_what_the_code_says() -> None:
    assert openapi.SNAPSHOT.read_text(encoding="utf-8") == openapi.document(), "run `make openapi`"


def test_command_tells_when_the_document_is_out_of_date(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(openapi, "SNAPSHOT", tmp_path / "openapi.json")
    assert openapi.main(["--write"]) == 0
    assert openapi.main([]) == 0
    (tmp_path / "openapi.json").write_text("{}")
    assert openapi.main([]) == 1
    assert "make openapi" in capsys.readouterr().err


def test_operations_are_named_and_explained() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert sorted(names) == ["cancelJob", "createArticle", "getArticle", "getJob", "listLanguages", "retryJob"]
    for name, operation in OPERATIONS:
        assert operation["summary"], name
        assert operation["description"], name


def test_only_languages_are_open_to_everybody() -> None:
    assert DOCUMENT["security"] == [{"bearer": []}, {"apiKey": []}]
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    assert [name for name, operation in OPERATIONS if "security" in operation] == ["GET /api/languages"]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_every_documented_error_is_a_problem(name: str, operation: dict[str, Any]) -> None:
    errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
    if "security" not in operation:
        assert {"401", "500", "503"} <= set(errors), name
    for answer in errors.values():
        assert list(answer["content"]) == [PROBLEM_JSON]
        assert answer["content"][PROBLEM_JSON]["schema"] == {"$ref": "#/components/schemas/Problem"}


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_every_success_says_what_it_holds(name: str, operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            assert "$ref" in answer["content"]["application/json"]["schema"], name


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_job_answers_document_their_headers(name: str, operation: dict[str, Any]) -> None:
    status = JOB_ANSWERS.get(operation["operationId"])
    if status is not None:
        headers = set(operation["responses"][status]["headers"])
        assert {"ETag", "Retry-After"} <= headers, name
        assert ("Location" in headers) == (status == "202")


def test_limits_stand_in_the_document() -> None:
    fields = DOCUMENT["components"]["schemas"]["ArticleOrder"]["properties"]
    assert fields["topic"]["maxLength"] == 300
    assert fields["source_text"]["maxLength"] == 40_000
    assert fields["source_url"]["maxLength"] == 2_000
    assert (fields["length"]["minimum"], fields["length"]["maximum"]) == (40, 1_200)
    assert fields["words_to_use"]["maxItems"] == 50
    assert DOCUMENT["components"]["schemas"]["ArticleOrder"]["required"] == ["language", "level"]
