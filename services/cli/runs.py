"""What was sent of a batch file, so that the same command goes on after a crash instead of ordering twice.

A run is written and synced to disk before anything is sent, with the Idempotency-Key of each of its batches. Whatever
happens then, the command finds it, sends the same keys, and the server answers with the batches that it has.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import msgspec

from services.cli.exits import FAILED, StopError
from services.cli.files import create_whole, write_whole
from services.cli.orders import Order

MOST_ITEMS: Final = 1000  # of one batch; a plan may allow fewer
MOST_BYTES: Final = 4_000_000  # of one batch's orders; the server takes 8 MB


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """One batch of a run: `count` orders from `first`, counted from 0."""

    idempotency_key: str
    first: int
    count: int
    batch_id: str | None = None
    """Null until the server has answered."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was, or is just being, sent."""

    url: str
    account: str
    source: str
    name: str
    began: datetime
    chunks: list[Chunk]


def run_path(state: Path, url: str, account: str, orders: Sequence[Order]) -> Path:
    """Where the run of these orders of this account at this server is kept: the same orders, the same place."""
    digest = hashlib.sha256(msgspec.json.encode([url, account, orders], order="deterministic")).hexdigest()
    return state / "batches" / f"{digest}.json"


def new_run(orders: Sequence[Order], most_items: int, *, url: str, account: str, source: str, name: str) -> Run:
    """A run in as few batches as the server takes, with keys of its own."""
    chunks = [
        Chunk(idempotency_key=str(uuid4()), first=first, count=count) for first, count in _parts(orders, most_items)
    ]
    return Run(url=url, account=account, source=source, name=name, began=datetime.now(UTC), chunks=chunks)


def _parts(orders: Sequence[Order], most_items: int) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    first, size = 0, 0
    for index, order in enumerate(orders):
        length = len(msgspec.json.encode(order)) + 1
        if index > first and (index - first >= most_items or size + length > MOST_BYTES):
            parts.append((first, index - first))
            first, size = index, 0
        size += length
    return [*parts, (first, len(orders) - first)]


def begun(path: Path) -> Run | None:
    """The run at `path`; null if nothing was sent.

    Raises:
        StopError: The file is damaged.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Run)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError:
        sentences = (
            f"{path} is damaged: nobody knows what was sent.",
            "Look at `parlance batches list`; --again sends it.",
        )
        raise StopError(FAILED, *sentences) from None


def begin(path: Path, run: Run, *, again: bool) -> Run:
    """Write the run down before anything is sent; of two commands at the same time, both get the first one's.

    Raises:
        OSError: It cannot be written; then nothing may be sent.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = msgspec.json.encode(run)
    if again:
        write_whole(path, content, secret=True)
        return run
    if create_whole(path, content):
        return run
    return begun(path) or run


def sent(path: Path, run: Run, place: int, batch_id: str) -> Run:
    """The run, with what the server calls one of its batches, on disk as well."""
    chunks: list[Any] = list(run.chunks)
    chunks[place] = msgspec.structs.replace(chunks[place], batch_id=batch_id)
    run = msgspec.structs.replace(run, chunks=chunks)
    write_whole(path, msgspec.json.encode(run), secret=True)
    return run
