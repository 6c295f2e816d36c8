from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.api import application, client_of, lonely_resources


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client with a good key, of an API behind which nothing answers."""
    async with client_of(application(lonely_resources())) as client:
        yield client


@pytest.fixture
async def stranger() -> AsyncIterator[httpx.AsyncClient]:
    """The same without a key."""
    async with client_of(application(lonely_resources()), key=None) as client:
        yield client
