"""`make demo` with a text of one's own, and a worker killed in the middle of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.ending import clean
from tests.support.processes import descendants, eventually
from tests.support.stack import start_command

PATIENCE = 150.0  # seconds: a start, a lease that runs out, and the rest of the article, on a busy machine
TEXT = (
    "Frau Kowalczyk repariert seit dreißig Jahren alte Uhren. Ihre Werkstatt liegt in einer stillen Straße.\n\n"
    "Heute bringt ein Junge einen kaputten Wecker. Er hat ihn von seinem Großvater bekommen. "
    "Sie öffnet das Gehäuse und lächelt."
)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    clean(tmp_path)


def worker(pid: int, service: str) -> int | None:
    """The process id of a worker below `pid`."""
    for child in descendants(pid):
        try:
            words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if f"services.{service}.app".encode() in words:
            return child
    return None


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_demo_whose_worker_is_killed_still_ends_in_a_finished_article(checkout: Path) -> None:
    text = checkout / "mein Text.txt"
    text.write_text(TEXT)
    given = {"TEXT": str(text), "LANGUAGE": "de", "LEVEL": "A2", "NATIVE": "en"}
    output = checkout / "output"
    with output.open("wb") as file:
        demo = start_command(
            "demo",
            checkout,
            env=os.environ | {f"PARLANCE_DEMO_{name}": value for name, value in given.items()},
            stdout=file,
            stderr=subprocess.STDOUT,
        )

    def said() -> str:
        return output.read_text()

    assert eventually(lambda: "tts.narrate_text           running" in said() or demo.poll() is not None, PATIENCE)
    victim = worker(demo.pid, "tts")
    assert victim is not None, said()
    os.kill(victim, signal.SIGKILL)

    assert demo.wait(PATIENCE) == 0, said()
    assert "Frau Kowalczyk repariert seit dreißig Jahren alte Uhren." in said()
    assert "tts" in said()
    assert "died (signal 9" in said()
    assert "attempt 2" in said()
    page = (checkout / ".parlance" / "demo" / "article.html").read_text()
    assert "Frau Kowalczyk" in page
    assert "data:audio/" in page or "audio/mpeg" in page
