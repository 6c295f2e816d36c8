"""Processes of the real stack are killed and come back."""

import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.local.health import is_healthy
from deploy.local.stack import RunningStack
from tests.support.processes import eventually

PATIENCE = 60.0  # seconds for a process to come back on a busy machine


def port_of(stack: RunningStack) -> int:
    return int(stack.api_url.rpartition(":")[2])


@pytest.mark.parametrize("name", ["nlp", "redis", "postgres", "sandbox", "api", "dispatcher"])
def test_a_killed_process_comes_back_and_the_stack_is_ready_again(stack: RunningStack, name: str) -> None:
    before = len(stack.events())
    pid = stack.supervisor.pid(name)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    def back() -> bool:
        return any(event.name == name and event.what == "restarted" for event in stack.events()[before:])

    assert eventually(back, PATIENCE)
    assert eventually(lambda: is_healthy(port_of(stack), "/readyz"), PATIENCE), stack.supervisor.log_tail(name)
    died = next(event for event in stack.events()[before:] if event.name == name)
    assert (died.what, died.detail) == ("died", "signal 9 (SIGKILL)")


def proc(pid: int | None, file: str) -> list[str]:
    return Path(f"/proc/{pid}/{file}").read_bytes().decode().split("\0")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_secret_shows_in_the_list_of_processes(stack: RunningStack) -> None:
    names = ("postgres", "redis", "sandbox", "api", "dispatcher", "generation", "tts", "stt", "nlp")
    api = dict(line.split("=", 1) for line in proc(stack.supervisor.pid("api"), "environ") if "=" in line)
    secrets = {urlsplit(api[url]).password for url in ("DATABASE_URL", "REDIS_URL")} | {api["S3_SECRET_ACCESS_KEY"]}
    assert all(secrets)
    shown = "".join(word for name in names for word in proc(stack.supervisor.pid(name), "cmdline"))
    assert "services.api.app" in shown
    assert not [secret for secret in secrets if secret and secret in shown]
