from typing import Any

import httpx
import pytest
from litestar import post
from litestar.params import JSONBody

from services.api.articles.schemas import ArticleOrder
from services.api.auth import PUBLIC
from tests.support.api import application, client_of, lonely_resources

ORDER = "/api/generation/articles"
CATS = {"language": "de", "level": "A1", "topic": "cats"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("length", "120"),
        ("length", 120.5),
        ("length", True),
        ("narrate", "true"),
        ("narrate", 1),
        ("narrate", None),
        ("topic", 7),
        ("words_to_use", "cats"),
        ("words_to_use", {"0": "cats"}),
    ],
)
async def test_value_of_another_json_type_is_no_value(client: httpx.AsyncClient, field: str, value: Any) -> None:
    answer = await client.post(ORDER, json=CATS | {field: value})
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_all_bad_fields_are_named_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post(ORDER, json={"level": "Z9", "length": "120", "narrate": "yes", "colour": "red"})
    assert {error["field"] for error in answer.json()["errors"]} == {"language", "level", "length", "narrate", "colour"}


@pytest.mark.parametrize("path", [ORDER, "/api/generation/batches", "/api/auth/login"])
async def test_bad_member_that_a_second_one_hides_is_still_a_mistake(client: httpx.AsyncClient, path: str) -> None:
    order = b'{"level": 1, "level": "A1", "language": "de", "topic": "cats"}'
    login = b'{"email": 1, "email": "ada@example.org", "password": "correct horse"}'
    body = {ORDER: order, "/api/auth/login": login}.get(path, b'{"items": [%b]}' % order)
    answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "body")
    assert answer.json()["detail"] == "body: names a member twice, once with a wrong value"


async def test_parameters_of_the_query_are_text_and_read_as_numbers(client: httpx.AsyncClient) -> None:
    job = "/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f"
    assert (await client.get(f"{job}?wait=1")).status_code == 503  # past the parameters: the database is away


@post("/loose", opt=PUBLIC)
async def loose(data: JSONBody[ArticleOrder]) -> str:
    return data.language


async def test_routes_are_strict_without_saying_so() -> None:
    app = application(lonely_resources())
    app.register(loose)
    async with client_of(app) as client:
        assert (await client.post("/loose", json=CATS)).status_code == 201
        assert (await client.post("/loose", json=CATS | {"narrate": "true"})).status_code == 400
