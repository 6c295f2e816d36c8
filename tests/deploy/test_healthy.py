"""The health check inside our containers."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.docker.healthy import PATIENCE
from deploy.local.ports import free_ports
from deploy.local.state import CHECKOUT
from tests.support.compose import example, read_compose

ALL = read_compose(example())["services"]


@contextmanager
def server(status: int) -> Iterator[str]:
    """The address of a server that gives `status` to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}/metrics"
        finally:
            listening.shutdown()
            thread.join()


def ask(address: str) -> int:
    """The exit code, with a proxy in the environment that must not be used."""
    command = [sys.executable, str(CHECKOUT / "deploy/docker/healthy.py"), address]
    return subprocess.run(command, env={"http_proxy": "http://127.0.0.1:1"}, check=False).returncode  # noqa: S603


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_a_process_is_healthy_if_it_answers_well(status: int, code: int) -> None:
    with server(status) as address:
        assert ask(address) == code


def test_a_process_that_does_not_listen_is_not_healthy() -> None:
    assert ask(f"http://127.0.0.1:{free_ports(1)[0]}/") == 1


def test_what_does_not_speak_http_is_not_healthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_talk, args=(listening,))
        thread.start()
        found = subprocess.run(  # noqa: S603
            [sys.executable, str(CHECKOUT / "deploy/docker/healthy.py"), f"http://127.0.0.1:{listening.getsockname()[1]}/"],
            capture_output=True, check=False,
        )  # fmt: skip
        thread.join()
    assert (found.returncode, found.stderr) == (1, b"")


def _talk(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"SSH-2.0\r\n")


@pytest.mark.parametrize("service", [name for name, told in ALL.items() if "healthcheck" in told])
def test_a_health_check_gives_up_before_docker_does(service: str) -> None:
    assert float(ALL[service]["healthcheck"]["timeout"][:-1]) >= PATIENCE
