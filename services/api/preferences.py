"""What a client says in headers: how long it will wait, when the job is no use any more, what it has. Pure."""

import re
from typing import Annotated

from litestar.params import HeaderParameter

from services.api.problems import FieldError, input_invalid

IfNoneMatch = Annotated[
    str | None, HeaderParameter(name="If-None-Match", description="The `ETag` of the state that the client has.")
]
LONGEST_WAIT = 60  # seconds
SHORTEST_LIFE, LONGEST_LIFE = 5, 24 * 3600  # seconds
_WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,9})\"?\Z", re.IGNORECASE)
_LIFE = re.compile(r"(\d{1,9})\s*([smh])\Z", re.IGNORECASE)
_UNITS = {"s": 1, "m": 60, "h": 3600}


def preferred_wait(prefer: str | None) -> int | None:
    """Seconds of `Prefer: wait=N` (RFC 7240), at most `LONGEST_WAIT`; null without one. Others are ignored."""
    for preference in (prefer or "").split(","):
        if found := _WAIT.match(preference.strip()):
            return min(int(found[1]), LONGEST_WAIT)
    return None


def life(cancel_after: str | None) -> float | None:
    """Seconds of `Cancel-After: 90s | 2m | 1h`, after which a job that has not ended is cancelled; null without one.

    Raises:
        ApiError: 400, it is no such duration or out of bounds.
    """
    if cancel_after is None:
        return None
    found = _LIFE.match(cancel_after.strip())
    seconds = int(found[1]) * _UNITS[found[2].lower()] if found else 0
    if not SHORTEST_LIFE <= seconds <= LONGEST_LIFE:
        message = f"must be a duration like 90s, 2m or 1h, from {SHORTEST_LIFE} seconds to 24 hours"
        raise input_invalid([FieldError("Cancel-After", message)])
    return float(seconds)


def known_already(if_none_match: str | None, etag: str) -> bool:
    """True if the client's `If-None-Match` names `etag`; weak comparison (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
