"""Which objects nobody points at any more. Pure.

A step puts its objects before the transaction that makes them known, so a young object without a pointer may be a
step at work; one that is a day old was left by an attempt that crashed, was cancelled or lost its lease.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from shared.blobs.ports import StoredObject

MINIMUM_AGE = timedelta(days=1)
"""Longer than any step's deadline (jobs.md, rule 4)."""


def old_enough(objects: Iterable[StoredObject], now: datetime) -> list[str]:
    """The keys of those that may be swept if nothing refers to them."""
    return [stored.key for stored in objects if now - stored.modified_at > MINIMUM_AGE]


def unreferenced(candidates: Iterable[str], referenced: AbstractSet[str]) -> list[str]:
    """The `candidates` to delete, in their order."""
    return [key for key in candidates if key not in referenced]
