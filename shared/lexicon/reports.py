"""Reports of bad items: one a learner and item, and an item that several reported is hidden until it is settled."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.ids import uuid7

Item = Literal["word", "sentence", "pack"]
Reason = Literal[
    "word_not_shown", "wrong_highlighting", "context_confusing", "wrong_translation", "context_wrong", "audio_broken",
    "bad_examples", "wrong_meaning", "wrong_level", "other",
]  # fmt: skip
"""Those of zeeguu's two tables of reports."""
Action = Literal["corrected", "kept", "removed"]
ENOUGH = 3
"""Learners who report an item until it is hidden: one may err, two may know each other."""

# Its row is held, so that of two who report at once the second sees the first. A learner's own words are nobody else's.
SEEN: dict[Item, str] = {
    "word": "SELECT FROM words WHERE id = $1 AND owner_id IS NULL AND hidden_at IS NULL FOR NO KEY UPDATE",
    "sentence": (
        "SELECT FROM sentences WHERE id = $1 AND status = 'published' AND hidden_at IS NULL FOR NO KEY UPDATE"
    ),
    "pack": "SELECT FROM packs WHERE id = $1 AND published_at IS NOT NULL FOR NO KEY UPDATE",
}
HIDE: dict[Item, str] = {
    "word": "UPDATE words SET hidden_at = $2 WHERE id = $1 AND owner_id IS NULL AND hidden_at IS NULL",
    "sentence": "UPDATE sentences SET hidden_at = $2 WHERE id = $1 AND hidden_at IS NULL",
}
SHOW: dict[Item, str] = {
    "word": "UPDATE words SET hidden_at = NULL WHERE id = $1",
    "sentence": "UPDATE sentences SET hidden_at = NULL WHERE id = $1",
}
UNPUBLISH = "UPDATE packs SET published_at = NULL WHERE id = $1"
MINE = (
    "SELECT id, reason, comment, created_at FROM reports"
    " WHERE owner_id = $1 AND item = $2 AND item_id = $3 AND settled_at IS NULL"
)
ADD = (
    "INSERT INTO reports (id, owner_id, item, item_id, reason, comment, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
)
COUNT = "SELECT count(*) AS number FROM reports WHERE item = $1 AND item_id = $2 AND settled_at IS NULL"
SETTLE = "UPDATE reports SET settled_at = $3 WHERE item = $1 AND item_id = $2 AND settled_at IS NULL"


class NewReport(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of an item."""

    item: Item
    item_id: UUID
    reason: Reason
    comment: str


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A learner's report."""

    id: UUID
    reason: Reason
    comment: str
    created_at: datetime
    new: bool
    """False if the learner had reported the item before: then that report stands as it is."""


class ItemNotFoundError(LookupError):
    """There is no such item that everybody sees."""


class NotReportedError(LookupError):
    """No open report is about this item."""


def report(connection: Connection, owner_id: UUID, new: NewReport, now: datetime) -> Reported:
    """Report an item; it is hidden once `ENOUGH` learners have. Call it in a transaction.

    Raises:
        ItemNotFoundError: There is none, or it is hidden and the learner has not reported it.
    """
    seen = connection.execute(SEEN[new.item], (new.item_id,)).fetchone() is not None
    mine = connection.execute(MINE, (owner_id, new.item, new.item_id)).fetchone()
    if mine is not None:
        return Reported(**mine, new=False)
    if not seen:
        raise ItemNotFoundError(new.item_id)
    report_id = uuid7()
    connection.execute(ADD, (report_id, owner_id, new.item, new.item_id, new.reason, new.comment, now))
    if new.item in HIDE and _reporters(connection, new.item, new.item_id) >= ENOUGH:
        connection.execute(HIDE[new.item], (new.item_id, now))
    return Reported(id=report_id, reason=new.reason, comment=new.comment, created_at=now, new=True)


def settle(connection: Connection, item: Item, item_id: UUID, action: Action, now: datetime) -> None:
    """End all open reports of an item. Call it in a transaction.

    Corrected and kept, it is shown again; removed, words and sentences stay hidden and a pack becomes a draft: they are
    not deleted, because learners' cards are made of them.

    Raises:
        NotReportedError: Nobody has reported it.
    """
    if connection.execute(SETTLE, (item, item_id, now)).rowcount == 0:
        raise NotReportedError(item_id)
    if action != "removed":
        if item in SHOW:
            connection.execute(SHOW[item], (item_id,))
    elif item in HIDE:
        connection.execute(HIDE[item], (item_id, now))
    else:
        connection.execute(UNPUBLISH, (item_id,))


def _reporters(connection: Connection, item: Item, item_id: UUID) -> int:
    row = connection.execute(COUNT, (item, item_id)).fetchone()
    return 0 if row is None else int(row["number"])
