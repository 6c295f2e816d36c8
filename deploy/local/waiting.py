"""Waiting for a condition of the outside world, with a time limit."""

import threading
import time
from collections.abc import Callable

STEP = 0.02  # seconds between two looks


def wait_until(holds: Callable[[], bool], timeout: float, *, step: float = STEP) -> bool:
    """Look every `step` seconds until `holds()`; False after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    nap = threading.Event()
    while not holds():
        if time.monotonic() >= deadline:
            return False
        nap.wait(step)
    return True
