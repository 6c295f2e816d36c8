"""What is told of a step that is performed alone, through a pipe, to the worker that waits for it: a line a word.

The process itself tells that it has begun, so keeps the lease from now on, and how the step went, for Flower to show.
The fork server tells last how the process ended.
"""

import os
from typing import IO

import msgspec

LONGEST = 150  # characters of a sentence: all fits into a pipe at once, so nobody waits for a reader


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """The step has begun."""


class Told(msgspec.Struct, frozen=True, tag="told"):
    """How the step went."""

    sentence: str
    failed: bool


class Exited(msgspec.Struct, frozen=True, tag="exited"):
    """The process has ended: its exit code, or minus the signal that ended it. Null if nobody is left to know."""

    code: int | None


Word = Begun | Told | Exited


def tell(descriptor: int, word: Word) -> None:
    """Write a word into the pipe. The other end may be gone: then nobody wants to know."""
    if isinstance(word, Told):
        word = Told(word.sentence[:LONGEST], word.failed)
    try:
        os.write(descriptor, msgspec.json.encode(word) + b"\n")
    except BrokenPipeError:
        return


def hear(pipe: IO[bytes]) -> Word:
    """The next word; that the process has ended if all who could tell one are gone."""
    line = pipe.readline()
    return msgspec.json.decode(line, type=Word) if line else Exited(None)
