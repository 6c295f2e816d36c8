"""A program whose forks do what the first word of their order says; see `shared.queue.fork_server`."""

import os
import signal
import sys

KNOWN = "dear" in sys.modules
"""True if what is dear to import had been imported before."""
sys.modules["dear"] = sys


def do(deed: str) -> None:
    """Live or end as told."""
    if deed == "exit":
        os._exit(3)
    if deed == "raise":
        message = "as told"
        raise ValueError(message)
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "wait":
        signal.pause()


if __name__ == "__main__":
    from shared.parent import die_with_parent
    from shared.queue.verdict import Told, tell

    _, parent, word, telling = sys.argv[1:]
    die_with_parent(int(parent))
    tell(int(telling), Told("imported before" if KNOWN else "imported now", failed=False))
    do(word)
