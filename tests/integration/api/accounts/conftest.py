"""People with accounts, who sign in from somewhere."""

from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from tests.integration.api.conftest import Api

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery"


class Door(msgspec.Struct, frozen=True):
    """The API as it is seen from an address, without a key."""

    api: Api
    client: httpx.AsyncClient

    async def register(self, email: str = EMAIL, **changes: Any) -> httpx.Response:
        """Make an account."""
        body = {"email": email, "password": PASSWORD, "name": "Ada", **changes}
        return await self.client.post("/api/auth/register", json=body)

    async def login(self, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
        """Sign in."""
        return await self.client.post("/api/auth/login", json={"email": email, "password": password})

    async def refresh(self, token: str) -> httpx.Response:
        """Change a refresh token."""
        return await self.client.post("/api/auth/refresh", json={"refresh_token": token})

    async def me(self, credential: str) -> httpx.Response:
        """Who has this key or token."""
        return await self.client.get("/api/auth/me", headers={"Authorization": f"Bearer {credential}"})

    async def person(self, email: str = EMAIL) -> "Person":
        """Somebody who has just registered."""
        answer = await self.register(email)
        assert answer.status_code == 201, answer.text
        body = answer.json()
        return Person(self, UUID(body["account"]["id"]), body["access_token"], body["refresh_token"])

    def sql(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Look or change behind the API's back."""
        cursor = self.api.engine.connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    def from_address(self, address: str) -> "Door":
        """The same API from another address."""
        transport = httpx.ASGITransport(self.client._transport.app, False, client=(address, 1))  # type: ignore[attr-defined]  # noqa: FBT003 - it has no name
        return Door(self.api, httpx.AsyncClient(transport=transport, base_url="http://api.test"))


class Person(msgspec.Struct, frozen=True):
    """Somebody who is signed in."""

    door: Door
    id: UUID
    access_token: str
    refresh_token: str

    async def send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """Ask with the access token."""
        headers = {"Authorization": f"Bearer {self.access_token}"}
        return await self.door.client.request(method, path, headers=headers, **arguments)

    async def new_key(self, **order: Any) -> dict[str, Any]:
        """A key of the person's."""
        answer = await self.send("POST", "/api/auth/keys", json={"name": "laptop", **order})
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture
def door(api: Api, monkeypatch: pytest.MonkeyPatch) -> Door:
    """The API, without a key. On a busy machine Redis may take its time: what is counted here is counted there."""
    monkeypatch.setattr("services.api.limits.storage.PATIENCE", 20.0)
    transport = api.mine._transport
    return Door(api, httpx.AsyncClient(transport=transport, base_url="http://api.test"))


@pytest.fixture
async def ada(door: Door) -> Person:
    """Somebody who has just registered."""
    return await door.person()
