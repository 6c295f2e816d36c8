"""How a process that performed one step alone tells the one that started it how the step went, for Flower to show."""

import os

LONGEST = 300  # bytes; far less than a pipe takes at once, so nobody waits for a reader
FAILED, ENDED = b"!", b"."


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
