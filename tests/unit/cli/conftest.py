"""A command line whose server is in memory."""

from pathlib import Path

import pytest

from tests.support.cli_server import KEY, URL, CommandLine, FakeServer, languages


@pytest.fixture
async def server() -> FakeServer:
    """A server that answers at once."""
    return FakeServer(await languages())


@pytest.fixture
def parlance(server: FakeServer, tmp_path: Path) -> CommandLine:
    """The command, signed in by variables."""
    return CommandLine(server, tmp_path, PARLANCE_URL=URL, PARLANCE_API_KEY=KEY)


@pytest.fixture
def stranger(server: FakeServer, tmp_path: Path) -> CommandLine:
    """The command where nobody is signed in."""
    return CommandLine(server, tmp_path)
