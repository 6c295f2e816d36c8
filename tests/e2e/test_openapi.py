import json
import re
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
POLLED = re.compile(r"(JobView|BatchView)\Z")
"""Schemas of answers that a client polls."""
OPEN_TO_EVERYBODY = {"listLanguages", "getConfig", "register", "login", "refresh"}


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
    assert len(set(names)) == len(names)
    for name, operation in OPERATIONS:
        assert re.fullmatch(r"[a-z]+[A-Za-z]*", operation["operationId"]), name
        assert operation["summary"], name
        assert operation["description"], name


def test_every_room_of_operations_is_explained() -> None:
    explained = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    assert {tag for _, operation in OPERATIONS for tag in operation["tags"]} == explained


def test_a_key_is_needed_for_all_that_is_not_made_for_strangers() -> None:
    assert DOCUMENT["security"] == [{"bearer": []}, {"apiKey": []}]
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    assert {operation["operationId"] for _, operation in OPERATIONS if "security" in operation} == OPEN_TO_EVERYBODY


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
        if status.startswith("2") and status != "204":
            assert refers(answer), name


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_what_is_polled_documents_its_headers(name: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    status = "202" if "202" in answers else "200"
    if name.split()[1].startswith(("/api/jobs", "/api/generation")) and POLLED.search(refers(answers[status])):
        headers = set(answers[status]["headers"])
        assert {"ETag", "Retry-After"} <= headers, name
        assert ("Location" in headers) == (status == "202")


def refers(answer: dict[str, Any]) -> str:
    """The schema that a successful answer, or each row of it, refers to."""
    schema = answer["content"]["application/json"]["schema"]
    found: str = (schema.get("items") or schema)["$ref"]
    return found


def test_limits_stand_in_the_document() -> None:
    fields = DOCUMENT["components"]["schemas"]["ArticleOrder"]["properties"]
    assert fields["topic"]["maxLength"] == 300
    assert fields["source_text"]["maxLength"] == 40_000
    assert fields["source_url"]["maxLength"] == 2_000
    assert (fields["length"]["minimum"], fields["length"]["maximum"]) == (40, 1_200)
    assert fields["words_to_use"]["maxItems"] == 50
    assert DOCUMENT["components"]["schemas"]["ArticleOrder"]["required"] == ["language", "level"]
