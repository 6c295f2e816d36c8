"""Times in columns. Pure."""

import re
from typing import Final

FRACTION: Final = re.compile(r"\.\d+")
MINUTE: Final = 60
HOUR: Final = 3600


def second(moment: object) -> str:
    """The server's time to the second, still ISO 8601 so that `--created-after` takes it: `2026-03-01T12:00:00Z`."""
    return "" if moment is None else FRACTION.sub("", str(moment), count=1)


def age(seconds: float | None) -> str:
    """How long something waits: `57 s`, `12 min`, `3.5 h`."""
    if seconds is None:
        return ""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"
