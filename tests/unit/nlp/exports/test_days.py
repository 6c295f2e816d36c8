"""A deck that goes out tells the learner's days and moments, as Anki counts them."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from services.nlp.exports.decks import DeckCard, DeckNote, write_collection
from shared.learning.settings import StudySettings

AT = datetime(2026, 7, 1, 12, 0, 0, 600, tzinfo=UTC)
FIRST = datetime(2014, 9, 19, tzinfo=UTC)  # day 0 of genanki's collections
LEARNT = {
    "direction": "recognition",
    "state": 2,
    "due": AT,
    "last_review": AT - timedelta(days=10),
    "suspended": None,
    "reviews": 2,
    "lapses": 0,
    "stability": 10.0,
    "difficulty": 5.0,
}


def written(folder: Path, zone: str, row: dict[str, Any], *moments: datetime) -> tuple[int, list[int]]:
    """When Anki asks the card of a learner in this zone, and the milliseconds of its answers."""
    reviews = [{"reviewed_at": at, "rating": 3, "duration_ms": 1, "state_before": 2} for at in moments]
    card = DeckCard(row=LEARNT | row, reviews=reviews)
    texts = ("Hund", "dog", "", "", "")
    note = DeckNote(entry_id=uuid4(), language="de", native_language="en", texts=texts, media=[], cards=[card])
    path = folder / "collection"
    write_collection(path, [note], StudySettings(time_zone=zone))
    with closing(sqlite3.connect(path)) as connection:
        ((due,),) = connection.execute("SELECT due FROM cards").fetchall()
        return due, [at for (at,) in connection.execute("SELECT id FROM revlog ORDER BY id")]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland"])
@pytest.mark.parametrize(("hour", "day"), [(3, 0), (4, 1), (9, 1), (23, 1)])
def test_a_review_is_due_on_the_learners_day_at_whatever_hour(tmp_path: Path, zone: str, hour: int, day: int) -> None:
    due, _ = written(tmp_path, zone, {"due": datetime(2026, 7, 1, hour, 30, tzinfo=ZoneInfo(zone))})
    assert FIRST + timedelta(days=due) == datetime(2026, 6, 30, tzinfo=UTC) + timedelta(days=day)


def test_a_learning_card_is_due_at_its_second(tmp_path: Path) -> None:
    assert written(tmp_path, "Asia/Tokyo", {"state": 1})[0] == int(AT.timestamp())


def test_an_answer_is_logged_in_the_millisecond_in_which_it_was_given(tmp_path: Path) -> None:
    assert written(tmp_path, "UTC", {}, AT)[1] == [int(AT.timestamp()) * 1000]
