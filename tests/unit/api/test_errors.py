from typing import Any

import httpx
import pytest
from litestar import Request, get, post

from services.api.auth import PUBLIC
from services.api.bodies import MOST_BYTES
from tests.support.api import application, client_of, lonely_resources

ORDER = "/api/generation/articles"
JSON = {"content-type": "application/json"}
SCOPE: Any = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "scheme": "http",
    "method": "POST",
    "path": "/read",
    "raw_path": b"/read",
    "root_path": "",
    "query_string": b"",
    "headers": [],
    "client": ("127.0.0.1", 4711),
    "server": ("127.0.0.1", 8000),
}


@get("/break", opt=PUBLIC)
async def broken() -> None:
    secret = "the password is swordfish"
    raise RuntimeError(secret)


@post("/read", opt=PUBLIC)
async def reading(request: Request[Any, Any, Any]) -> None:
    await request.body()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b'{"language": ', "body"),
        (b"[" * 100_000, "body"),
        (b'{"language": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "body"),
        (b'{"language": "de", "level": "A1", "topic": "\xff"}', "body"),
        (b'{"language": "de", "level": "A1", "topic": "\\ud800"}', "body"),
        (b'{"language": "de", "topic": "cats"}', "level"),
        (b'{"language": "de", "level": "Z9", "topic": "cats"}', "level"),
        (b'{"language": "de", "level": "A1", "topic": 7}', "topic"),
        (b'{"language": "de", "level": "A1", "topic": "cats", "colour": "red"}', "colour"),
        (b'{"language": "de", "level": "A1", "topic": "cats", "length": 39}', "length"),
        (b'{"language": "de", "level": "A1", "topic": "cats", "length": 1201}', "length"),
        (b'{"language": "de", "level": "A1", "topic": "' + b"x" * 301 + b'"}', "topic"),
        (b'{"language": "de", "level": "A1", "source_text": "' + b"x" * 40_001 + b'"}', "source_text"),
        (b'{"language": "de", "level": "A1", "source_url": "https://a.b/' + b"x" * 2_000 + b'"}', "source_url"),
        (b'{"language": "de", "level": "A1", "topic": "x", "words_to_use": ["a", ""]}', "words_to_use[1]"),
        (b'{"language": "de", "level": "A1", "topic": "x", "words_to_use": ["' + b"a" * 61 + b'"]}', "words_to_use[0]"),
        (
            b'{"language": "de", "level": "A1", "topic": "x", "words_to_use": [' + b'"a",' * 50 + b'"a"]}',
            "words_to_use",
        ),
    ],
)
async def test_bad_body_is_400_and_names_the_field(client: httpx.AsyncClient, body: bytes, field: str) -> None:
    answer = await client.post(ORDER, content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (400, "input_invalid")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["errors"][0]["message"]


async def test_bad_header_is_400_and_names_the_header(client: httpx.AsyncClient) -> None:
    order = {"language": "de", "level": "A1", "topic": "cats"}
    answer = await client.post(ORDER, json=order, headers={"Cancel-After": "soon"})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["Cancel-After"]


@pytest.mark.parametrize("wait", ["-1", "61", "soon"])
async def test_wait_out_of_bounds_is_400_and_names_wait(client: httpx.AsyncClient, wait: str) -> None:
    answer = await client.get(f"/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f?wait={wait}")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["wait"]


@pytest.mark.parametrize(
    ("address", "field", "told"),
    [
        ("/api/sentences?level=C9", "level", "Invalid enum value 'C9': there are A1, A2, B1, B2, C1, C2"),
        ("/api/vocab/entries?status=old", "status", "Invalid enum value 'old': there are pending_sense, new, learning"),
        ("/api/sentences?language=deu", "language", "must be an ISO 639-1 code, as de"),
    ],
)
async def test_a_bad_parameter_is_told_what_is_right(
    client: httpx.AsyncClient, address: str, field: str, told: str
) -> None:
    (error,) = (await client.get(address)).json()["errors"]
    assert error["field"] == field
    assert error["message"].startswith(told)


async def test_unsupported_language_has_a_code_of_its_own(client: httpx.AsyncClient) -> None:
    answer = await client.post(ORDER, json={"language": "xx", "level": "A1", "topic": "cats"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "unsupported_language"
    assert [error["field"] for error in answer.json()["errors"]] == ["language"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_other_content_than_json_is_415(client: httpx.AsyncClient, content_type: str) -> None:
    answer = await client.post(ORDER, content=b"{}", headers={"content-type": content_type})
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


async def test_large_body_is_413(client: httpx.AsyncClient) -> None:
    answer = await client.post(ORDER, content=b" " * (MOST_BYTES + 1), headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


async def test_longest_escaped_source_text_is_not_too_large(client: httpx.AsyncClient) -> None:
    text = b"a" + b"\\ud83d\\ude00" * 39_999
    body = b'{"language": "de", "level": "A1", "source_text": "' + text + b'"}'
    answer = await client.post(ORDER, content=body, headers=JSON)
    assert answer.status_code == 503  # accepted as far as the database, which is away


@pytest.mark.parametrize("path", ["/nowhere", "/api", "/api/jobs/no-uuid", "/docs/nothing"])
async def test_unknown_path_is_a_404_problem(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


async def test_wrong_method_is_405_and_says_which_are_allowed(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/api/languages")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert "GET" in answer.headers["allow"]


async def test_unforeseen_error_is_500_without_details() -> None:
    app = application(lonely_resources())
    app.register(broken)
    async with client_of(app) as client:
        answer = await client.get("/break")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "swordfish" not in answer.text


async def test_a_client_that_goes_away_in_the_middle_of_its_body_is_no_mistake_of_ours() -> None:
    app = application(lonely_resources())
    app.register(reading)
    told: list[Any] = [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]
    answered: list[Any] = []

    async def receive() -> Any:
        return told.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    async with client_of(app):  # begins and ends the application
        await app(SCOPE, receive, send)
    assert answered[0]["status"] == 400


async def test_database_away_is_503_with_retry_after(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f")
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["retry-after"]) > 0
