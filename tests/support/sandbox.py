"""A running sandbox for tests: the real one, on a free port of the loopback, in a thread.

`sandbox` is the fixture to ask for. One server a test process is started; its faults and counts are cleared before
each test, its objects are not (every test gets its own bucket).
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from services.sandbox.app import server_config
from services.sandbox.settings import BANK, Settings
from tests.support.bank import write_small_bank

ACCESS_KEY = "sandbox-access-key"
SECRET_KEY = "sandbox-secret-key"
_START_LIMIT = 60.0  # seconds


class _ThreadServer(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @property
    def port(self) -> int:
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return port


class RunningSandbox:
    """Where the sandbox listens, and the way to its faults and counts."""

    def __init__(self, url: str, data: Path) -> None:
        self.url = url
        self.data = data
        self.access_key = ACCESS_KEY
        self.secret_key = SECRET_KEY
        self._http = httpx.Client(base_url=url)

    def base_url(self, provider: str) -> str:
        """The address for a provider's SDK: `anthropic`, `gemini`, `deepl`, `deepgram`, `s3`."""
        return f"{self.url}/{provider}"

    def fault(self, provider: str, kind: str, **options: float | str) -> None:
        """Let something go wrong: `fault("anthropic", "status", status=429, retry_after=3)`; see `faults.Fault`."""
        answer = self._http.post("/admin/faults", json={"provider": provider, "kind": kind, **options})
        assert answer.status_code == 201, answer.text

    def calls(self, provider: str) -> dict[str, int]:
        """`answered`, `rejected`, `free` and `faulted` since the test began."""
        counts: dict[str, dict[str, int]] = self._http.get("/admin/calls").raise_for_status().json()
        return counts.get(provider, {"answered": 0, "rejected": 0, "free": 0, "faulted": 0})

    def clear(self) -> None:
        """Forget faults and counts."""
        self._http.delete("/admin/faults").raise_for_status()
        self._http.delete("/admin/calls").raise_for_status()

    def close(self) -> None:
        """Close the way to its faults and counts."""
        self._http.close()


@contextmanager
def run_sandbox(data: Path, *, bank: Path = BANK, latency: float = 0.0) -> Iterator[RunningSandbox]:
    """A sandbox of one's own, with its data in `data`."""
    settings = Settings(
        host="127.0.0.1",
        port=0,
        data=data,
        s3_access_key=ACCESS_KEY,
        s3_secret_key=SECRET_KEY,
        bank=bank,
        latency=latency,
    )
    server = _ThreadServer(server_config(settings))
    thread = threading.Thread(target=server.run, name="sandbox")
    thread.start()
    running = None
    try:
        assert server.listening.wait(_START_LIMIT), "the sandbox did not start"
        running = RunningSandbox(f"http://127.0.0.1:{server.port}", data)
        yield running
    finally:
        if running is not None:
            running.close()
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session", name="sandbox_server")
def sandbox_server_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with run_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(name="sandbox")
def sandbox_fixture(sandbox_server: RunningSandbox) -> RunningSandbox:
    """The running sandbox with the real text bank, without faults and counts."""
    sandbox_server.clear()
    return sandbox_server


@pytest.fixture(scope="session", name="small_sandbox_server")
def small_sandbox_server_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    bank = write_small_bank(tmp_path_factory.mktemp("bank"))
    with run_sandbox(tmp_path_factory.mktemp("small-sandbox"), bank=bank) as running:
        yield running


@pytest.fixture(name="small_sandbox")
def small_sandbox_fixture(small_sandbox_server: RunningSandbox) -> RunningSandbox:
    """The running sandbox with a bank of two small texts whose content tests may rely on."""
    small_sandbox_server.clear()
    return small_sandbox_server
