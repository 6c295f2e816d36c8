"""Nobody reaches what is not theirs: every route that takes an id, called by everybody who should not be let in.

The table of routes comes from the application itself, so a new route cannot be forgotten.
"""

import re
from collections.abc import AsyncIterator
from functools import cache
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.integration.api.conftest import Api
from tests.security.possessions import POSSESSIONS, Row
from tests.support.api import application, client_of, lonely_resources
from tests.support.jobs import Engine
from tests.support.people import Person, new_key, new_person, revoke

NOBODYS = {"/docs/assets/{file_path}", "/docs/schema/{path}"}
"""Takes a name of a file that everybody may read."""
HIDDEN = 404
READING = {"GET", "HEAD"}
BY_ITSELF = {"HEAD", "OPTIONS"}  # Litestar's own; test_auth.py looks at them
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@cache
def app_alone() -> Litestar:
    return application(lonely_resources())


def routes_with_ids() -> set[tuple[str, str]]:
    """Method and path of each, in the OpenAPI document or not."""
    return {
        (method, route.path_format)
        for route in app_alone().routes
        if isinstance(route, HTTPRoute) and "{" in route.path_format and route.path_format not in NOBODYS
        for method in route.methods - BY_ITSELF
    }


def documented() -> set[tuple[str, str]]:
    """The same of the OpenAPI document."""
    paths = app_alone().openapi_schema.to_schema()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() if "{" in path for method in methods}


def tried() -> list[tuple[str, str]]:
    """All that have a row; that all do is a test of its own."""
    return sorted(routes_with_ids() & set(POSSESSIONS))


class Case(msgspec.Struct, frozen=True):
    """A route, somebody's possession that it is called for, and whom it belongs to."""

    method: str
    path: str
    row: Row
    owner: Person

    async def call(self, http: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
        return await http.request(self.method, self.path, headers=headers, json=self.row.body)


def everything(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables, but when keys were used last."""
    names = [row["tablename"] for row in engine.connection.execute(TABLES)]
    return {name: _rows(engine, name) for name in names}


def _rows(engine: Engine, table: str) -> list[Any]:
    rows = engine.connection.execute(f"SELECT to_jsonb(t) - 'last_used_at' AS row FROM {table} t ORDER BY t::text")  # noqa: S608 - a table's name
    return sorted((row["row"] for row in rows), key=repr)


def case(api: Api, route: tuple[str, str]) -> Case:
    """The route with an id of somebody's in its place."""
    method, template = route
    row = POSSESSIONS[route]
    owner = new_person(api.engine.connection, "owner")
    identity = row.make(api.engine, owner.id)
    return Case(method, in_place(template, identity), row, owner)


def in_place(template: str, identity: str) -> str:
    """The path with the id, or with as many as there are places, parted by slashes."""
    identities = iter(identity.split("/"))
    return re.sub(r"\{\w+\}", lambda _: next(identities), template)


@pytest.fixture
async def anybody(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sends no credentials of its own."""
    async with client_of(application(api.resources), None) as http:
        yield http


def test_every_route_with_an_id_has_a_row_and_every_row_a_route() -> None:
    assert routes_with_ids() - set(POSSESSIONS) == set(), "add a row to tests/security/possessions.py"
    assert set(POSSESSIONS) - routes_with_ids() == set(), "there is no such route any more"


def test_document_shows_no_other_routes_with_ids() -> None:
    assert documented() <= routes_with_ids()


def attempts(api: Api, at: Case) -> dict[str, tuple[dict[str, str], int]]:
    """Who must not get in, with what, and how they are refused."""
    connection = api.engine.connection
    other, admin = new_person(connection, "other"), new_person(connection, "admin", "admin")
    revoked = new_person(connection, "revoked")
    revoke(connection, revoked)
    insufficient = new_key(connection, at.owner.id, ["write" if at.method in READING else "read"])
    hidden = 403 if at.row.admin else 404
    tried_by = {
        "anonymous": ({}, 401),
        "unknown key": ({"X-API-Key": "pk_unknown"}, 401),
        "revoked": (revoked.headers(signed_in=at.row.signed_in), 401),
        "somebody else": (other.headers(signed_in=at.row.signed_in), hidden),
        "somebody else, signed in": (other.headers(signed_in=True), hidden),
        "owner without the scope": ({"X-API-Key": insufficient}, 403),
    }
    if at.row.everybodys:
        return {who: attempt for who, attempt in tried_by.items() if attempt[1] != HIDDEN}
    if at.row.admin:
        tried_by["admin without the scope"] = ({"X-API-Key": new_key(connection, admin.id)}, 403)
        tried_by["owner"] = (at.owner.headers(), 403)
        pretender = new_key(connection, other.id, ("read", "write", "admin"))  # of somebody who was an admin once
        tried_by["admin's scope without the role"] = ({"X-API-Key": pretender}, 403)
    else:
        tried_by["admin"] = (admin.headers(signed_in=at.row.signed_in), 404)
    if at.row.signed_in:
        tried_by["owner with a key"] = (at.owner.headers(), 403)
    return tried_by


@pytest.mark.parametrize("route", tried(), ids=" ".join)
async def test_only_the_owner_gets_in(api: Api, anybody: httpx.AsyncClient, route: tuple[str, str]) -> None:
    at = case(api, route)
    tried_by, admin = attempts(api, at), new_person(api.engine.connection, "admin", "admin")
    nowhere = re.sub(r"\{\w+\}", str(UUID(int=7)), route[1])
    before = everything(api.engine)
    for who, (headers, status) in tried_by.items():
        answer = await at.call(anybody, headers)
        assert answer.status_code == status, f"{who}: {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
        if status == HIDDEN:  # and it looks like what is not there
            missing = await anybody.request(at.method, nowhere, headers=headers, json=at.row.body)
            assert unnamed(answer) == unnamed(missing)
    assert everything(api.engine) == before
    rightful = admin if at.row.admin else at.owner
    answer = await at.call(anybody, rightful.headers(signed_in=at.row.signed_in))
    assert answer.is_success, answer.text  # so it was the right address, and the refusals were about who asked


def unnamed(answer: httpx.Response) -> dict[str, Any]:
    """A problem but for the name of its request."""
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def lists() -> set[str]:
    """Paths that are read without an id, in the OpenAPI document or not."""
    return {
        route.path_format
        for route in app_alone().routes
        if isinstance(route, HTTPRoute) and "{" not in route.path_format and "GET" in route.methods
    }


async def test_no_list_shows_anything_of_somebody_else(api: Api, anybody: httpx.AsyncClient) -> None:
    connection = api.engine.connection
    owner, other = new_person(connection, "owner"), new_person(connection, "other")
    theirs = [row.make(api.engine, owner.id) for row in POSSESSIONS.values() if not (row.admin or row.everybodys)]
    secrets = (*theirs, owner.email, str(owner.id), "Mein")
    for path in sorted(lists() - {"/readyz"}):
        for signed_in in (False, True):
            text = (await anybody.get(path, headers=other.headers(signed_in=signed_in))).text
            assert not [secret for secret in secrets if secret in text], path
    mine = (await anybody.get("/api/jobs", headers=owner.headers())).text
    assert "Mein" in mine or theirs[0] in mine  # the owner does see it
