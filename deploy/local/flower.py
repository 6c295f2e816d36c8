"""Flower with a log like everybody's: `python -m deploy.local.flower`; `FLOWER_*` and `CELERY_BROKER_URL` set it up."""

import os
import sys

from celery.__main__ import main as celery

from shared.observability.logging import configure_logging
from shared.settings import log_level


def main() -> None:
    """Run until told to stop. Tornado would write lines of its own for people: it is told not to."""
    configure_logging("flower", log_level(os.environ))
    sys.argv = ["celery", "-q", "flower", "--logging=none"]
    celery()


if __name__ == "__main__":
    main()
