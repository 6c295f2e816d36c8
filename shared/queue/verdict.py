"""What a process that performs one step alone tells the one that started it, through a pipe.

First that it has begun, so keeps the lease itself from now on; at the end how the step went, for Flower to show.
"""

import contextlib
import os

LONGEST = 300  # bytes; far less than a pipe takes at once, so nobody waits for a reader
BEGUN, FAILED, ENDED = b"+", b"!", b"."


def begin(descriptor: int) -> None:
    """Say that the step has begun. The other end may be gone: `tell` will find that too."""
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, BEGUN)


def wait_for_begin(descriptor: int) -> None:
    """Return once the step has begun, or the process has ended before that."""
    os.read(descriptor, len(BEGUN))


def tell(descriptor: int, sentence: str, *, failed: bool) -> None:
    """Write the verdict into the pipe, and close it. The other end may be gone: then nobody wants to know."""
    try:
        os.write(descriptor, (FAILED if failed else ENDED) + sentence.encode()[:LONGEST])
    except BrokenPipeError:
        return
    finally:
        os.close(descriptor)


def heard(descriptor: int) -> tuple[str, bool]:
    """What a process that has ended told, and whether the step failed; close the pipe. Empty if it told nothing."""
    os.set_blocking(descriptor, False)
    try:
        told = os.read(descriptor, 1 + LONGEST)
    except BlockingIOError:  # somebody it started holds the pipe open
        told = b""
    finally:
        os.close(descriptor)
    return told[1:].decode(errors="replace"), told[:1] == FAILED
