"""The admin's routes, seen by an admin."""

import httpx
import pytest

from tests.integration.api.conftest import Api


@pytest.fixture
def operator(api: Api) -> httpx.AsyncClient:
    """A client whose account is an admin's and whose key has the scope; `api.mine` stays a student."""
    api.engine.connection.execute("UPDATE accounts SET role = 'admin' WHERE name = 'theirs'")
    api.engine.connection.execute("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE name = 'theirs'")
    return api.theirs
