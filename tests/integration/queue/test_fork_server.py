"""The process that forks: what its forks find, how their ends are told, and that none of them outlives its worker."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import IO
from uuid import uuid4

import pytest

from shared.queue import fork_server
from shared.queue.fork_server import ForkServer
from shared.queue.task import FENCED
from shared.queue.verdict import Begun, Exited, Told, hear
from tests.support.fleet import ENVIRONMENT
from tests.support.processes import children, eventually, runs, start_python

PROGRAM = "tests.support.forked_program"
SERVICES = ("generation", "nlp", "tts", "stt")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PROVIDERS = ("ANTHROPIC", "DEEPL", "GEMINI", "DEEPGRAM")


@pytest.fixture(name="server")
def _server() -> Iterator[ForkServer]:
    """A server that has not started, and ends with the test."""
    yield (server := ForkServer(PROGRAM))
    end(server)


def end(server: ForkServer) -> None:
    if server._socket is not None:
        server._bury(server._socket)


def pid_of(server: ForkServer) -> int:
    assert server._process is not None
    return server._process.pid


def fork(server: ForkServer, *ids: str) -> tuple[int, IO[bytes]]:
    """A new process, and where one hears of it."""
    listening, telling = os.pipe()
    try:
        return server.fork(list(ids), telling), os.fdopen(listening, "rb")
    finally:
        os.close(telling)


def opened(pid: int) -> list[str]:
    """What the descriptors of a process stand for."""
    return [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]


@pytest.mark.parametrize(("deed", "code"), [("end", 0), ("exit", 3), ("raise", 1), ("kill", -signal.SIGKILL)])
def test_a_fork_need_not_import_and_its_end_is_told(server: ForkServer, deed: str, code: int) -> None:
    for _ in range(2):
        _, pipe = fork(server, deed)
        with pipe:
            assert [hear(pipe), hear(pipe)] == [Told("imported before", failed=False), Exited(code)]


def test_what_a_group_is_sent_ends_the_forks_that_heed_it_and_not_the_server(server: ForkServer) -> None:
    pid, pipe = fork(server, "wait")
    with pipe:
        assert isinstance(hear(pipe), Told)
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(pid_of(server), number)
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
        assert eventually(lambda: not runs(pid))
        assert hear(pipe) == Exited(-signal.SIGTERM)
    assert runs(pid_of(server))


@LINUX
def test_a_fork_holds_nothing_of_the_servers_or_a_neighbours(server: ForkServer) -> None:
    (_, before), (pid, pipe) = fork(server, "wait"), fork(server, "wait")
    with before, pipe:
        assert isinstance(hear(pipe), Told)
        held = opened(pid)
        neighbours, own = (f"pipe:[{os.fstat(each.fileno()).st_ino}]" for each in (before, pipe))
    assert own in held
    assert neighbours not in held
    assert not [name for name in held if name.startswith("socket:")]


def test_a_server_that_was_killed_takes_its_forks_along_and_is_replaced(server: ForkServer) -> None:
    forks = [fork(server, "wait") for _ in range(3)]
    dead = pid_of(server)
    for _, pipe in forks:
        assert isinstance(hear(pipe), Told)
    os.kill(dead, signal.SIGKILL)
    for _, pipe in forks:
        with pipe:
            assert hear(pipe) == Exited(None)
    assert eventually(lambda: not any(runs(pid) for pid, _ in forks))
    _, pipe = fork(server, "exit")
    with pipe:
        assert [hear(pipe), hear(pipe)] == [Told("imported before", failed=False), Exited(3)]
    assert pid_of(server) != dead


WORKER = f"""
import os, signal
from shared.queue.fork_server import ForkServer
from shared.queue.verdict import hear
listening, telling = os.pipe()
server = ForkServer("{PROGRAM}")
fork = server.fork(["wait"], telling)
hear(os.fdopen(listening, "rb"))
print(server._process.pid, fork, flush=True)
signal.pause()
"""


def test_server_and_forks_end_when_the_worker_is_killed() -> None:
    with start_python(WORKER, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        pids = [int(word) for word in worker.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(runs, pids))
        worker.kill()
    assert eventually(lambda: not any(map(runs, pids)))


def test_a_machine_without_room_for_a_process_is_an_error_and_no_reason_for_a_new_server(server: ForkServer) -> None:
    server._socket, theirs = Pipe()

    def refuse() -> None:
        assert theirs.recv() == ["wait"]
        os.close(recv_handle(theirs))
        theirs.send(-1)

    thread = threading.Thread(target=refuse)
    thread.start()
    with theirs, pytest.raises(OSError, match="cannot fork"):
        fork(server, "wait")
    thread.join()
    assert server._process is None


def test_a_fork_that_the_machine_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    assert fork_server._fork() == -1


ALIVE = """
import os, sys
from shared.queue import fork_server

def serve(_):
    print(len(os.listdir("/proc/self/task")), flush=True)
    os._exit(0)

fork_server.serve = serve
fork_server.main(sys.argv[1], 0)
"""


@LINUX
@pytest.mark.parametrize("service", SERVICES)
def test_a_services_imports_start_no_thread(service: str) -> None:
    with start_python(ALIVE, f"services.{service}.app", stdout=subprocess.PIPE) as process:
        assert process.communicate()[0] == b"1\n"


@LINUX
@pytest.mark.parametrize("service", SERVICES)
def test_a_services_server_connects_nothing_and_its_forks_are_whole(
    service: str, clean_database: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {f"{name}_API_KEY": "sandbox" for name in PROVIDERS}
    settings |= {f"{name}_BASE_URL": "http://127.0.0.1:9" for name in PROVIDERS}
    for name, value in {**ENVIRONMENT, **settings, "DATABASE_URL": clean_database, "REDIS_URL": redis_url}.items():
        monkeypatch.setenv(name, value)
    server = ForkServer(f"services.{service}.app")
    try:
        pid, pipe = fork(server, str(uuid4()), "step", f"{service}.step", str(uuid4()))
        with pipe:
            assert [hear(pipe) for _ in range(3)] == [Begun(), Told(FENCED, failed=False), Exited(0)]
        held = opened(pid_of(server))
        assert sum(name.startswith("socket:") for name in held) == 1, held
        assert children(pid_of(server)) == set()
        assert not runs(pid)
    finally:
        end(server)
