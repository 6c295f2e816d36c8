"""`make up`, `make down` and `make clean`, with a folder of its own in place of the checkout."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local import state
from deploy.local.ending import clean, stop_everything
from deploy.local.health import is_healthy
from deploy.local.lock import holder
from tests.support.processes import descendants, eventually, runs
from tests.support.stack import start_command

PATIENCE = 90.0  # seconds for a whole stack to start on a busy machine
THEIRS = {
    "DATABASE_URL": "postgresql://nobody@192.0.2.1/theirs",
    "REDIS_URL": "redis://192.0.2.1",
    "ANTHROPIC_API_KEY": "their-money",
    "HOME": "/no/such/home",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    clean(tmp_path)


class Up:
    """A running `make up`."""

    def __init__(self, checkout: Path) -> None:
        self._output = checkout / "output"
        with self._output.open("wb") as output:
            self.process = start_command(
                "up", checkout, env=os.environ | THEIRS, stdout=output, stderr=subprocess.STDOUT
            )
        assert eventually(lambda: "Parlance runs." in self.said or self.process.poll() is not None, PATIENCE)
        assert "Parlance runs." in self.said, self.said

    @property
    def said(self) -> str:
        return self._output.read_text()

    def line(self, name: str) -> str:
        found = re.search(rf"^  {name} +(.+)$", self.said, re.MULTILINE)
        assert found, self.said
        return found.group(1)

    @property
    def port(self) -> int:
        return int(self.line("API").rpartition(":")[2])


def test_a_stack_is_started_refused_twice_stopped_killed_and_cleaned(checkout: Path) -> None:
    up = Up(checkout)
    key, port = up.line("Admin key"), up.port
    assert is_healthy(port, "/readyz")
    assert "their-money" not in up.said
    assert len(re.findall(r" sandbox ", up.said)) >= 4

    made = start_command("keys", checkout, "create", "--name", "for a friend", stdout=subprocess.PIPE)
    friend = made.communicate()[0].decode().strip()
    assert httpx.get(f"http://127.0.0.1:{port}/api/jobs", headers={"X-API-Key": friend}).status_code == 200

    second = start_command("up", checkout, stderr=subprocess.PIPE)
    assert (
        second.communicate()[1].decode() == f"It runs already here (process {up.process.pid}); `make down` ends it.\n"
    )
    assert second.returncode == 1

    children = descendants(up.process.pid)
    assert len(children) >= 11
    assert stop_everything(checkout) == [up.process.pid]
    assert up.process.wait() == 0
    assert not [pid for pid in children if runs(pid)]

    again = Up(checkout)
    assert (again.line("Admin key"), again.port) == (key, port)
    children = descendants(again.process.pid)
    again.process.send_signal(signal.SIGKILL)
    again.process.wait()
    assert eventually(lambda: not [pid for pid in children if runs(pid)])
    assert holder(checkout / ".parlance" / "lock") is None

    folder = state.server_folder(checkout, os.environ, root=state.is_root())
    assert (folder / "postgres" / "PG_VERSION").exists()
    assert json.loads((checkout / ".parlance" / "stack.json").read_text())["api_key"] == key
    clean(checkout)
    assert not folder.exists()
    assert not (checkout / ".parlance").exists()
