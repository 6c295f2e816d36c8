"""Asks a process of ours whether it answers, from inside its container: `python healthy.py http://127.0.0.1:9100/metrics`.

Images have no curl. Standard library only, and no proxy: the address is this container's own.
"""

import sys
import urllib.request
from http import HTTPStatus
from http.client import HTTPException

PATIENCE = 3.0  # seconds


def answers(address: str) -> bool:
    """Whether there is an answer, and a good one."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=PATIENCE) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
