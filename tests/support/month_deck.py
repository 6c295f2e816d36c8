"""What a learner studies with Anki: a deck of before (with FSRS, with SM-2, and not at all), and one that went out."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from fsrs import Card, Rating, State

from tests.support.decks import basic_deck, learnt
from tests.support.month_replay import LEARNT, Past, Replayed, exact

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2014, 9, 19)
"""Day 0 of genanki's collections."""
DAY = timedelta(days=1)
Statement = tuple[str, tuple[Any, ...]]
NOTE_TYPES = {"Basic (and reversed)": {"lemma": "Front", "translation": "Back"}}
MEMORY = (
    "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = 12, factor = 2500, reps = ?, lapses = ?, data = ?"
    " WHERE ord = ? AND nid = (SELECT id FROM notes WHERE guid = ?)"
)
LOG = (
    "INSERT INTO revlog SELECT ?, id, -1, ?, 1, 1, 0, 4000, ? FROM cards"
    " WHERE ord = ? AND nid = (SELECT id FROM notes WHERE guid = ?)"
)
GOOD = (0, 3), (10, 3), (3 * 1440, 3), (12 * 1440, 1), (12 * 1440 + 10, 3)
"""Minutes after the first answer, and ratings."""
TYPES = (0, 0, 1, 1, 2)
"""Of these answers in Anki's log: learning, review, relearning."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note, and the past of its first card."""

    front: str
    back: str
    past: Past | None = None
    log: tuple[tuple[int, int, int], ...] = ()
    """Milliseconds, rating and type of each answer."""
    fsrs: bool = True
    """Whether Anki wrote FSRS's numbers down; else the log is all there is."""
    kept: bool = True
    """Whether what Anki knew is newer than what the learner answered here."""


def notes(now: datetime) -> list[Note]:
    """Words that Anki knew, at a moment: two of them are in the learner's bank, one studied later here, one there."""
    return [
        _remembered("Apfel", "apple", now - 5 * DAY, stability=12.5, due=now + 3 * DAY),
        _remembered("Käse", "cheese", now - DAY, stability=1.25, due=now + timedelta(hours=1), state=State.Relearning),
        _by_log("Brot", "bread", now - 20 * DAY),
        Note(front="Milch", back="milk"),
        _remembered("Hund", "Hund", now - timedelta(minutes=30), stability=30.5, due=now + 25 * DAY),
        _remembered("Katze", "Katze", now - 300 * DAY, stability=99.0, due=now - 200 * DAY, kept=False),
    ]


def written(folder: Path, found: list[Note]) -> bytes:
    """The notes as a package."""
    path = basic_deck(folder / "anki.apkg", [(note.front, note.back) for note in found])
    return learnt(path, [statement for note in found for statement in _statements(note)]).read_bytes()


def _remembered(
    front: str,
    back: str,
    last: datetime,
    *,
    stability: float,
    due: datetime,
    state: State = State.Review,
    kept: bool = True,
) -> Note:
    """Learnt with FSRS: Anki tells the last review by the second, and when a card is due by the day."""
    last = last.replace(microsecond=0)
    due = day_of_anki(due)[1] if state == State.Review else due.replace(microsecond=0)
    step = None if state == State.Review else 0
    card = Card(card_id=1, state=state, step=step, stability=stability, difficulty=4.25, due=due, last_review=last)
    log = tuple((_milliseconds(last - back * DAY), 3, 0 if back else 1) for back in (6, 0))
    return Note(front=front, back=back, past=Past(card=card, reviews=2, lapses=1), log=log, kept=kept)


def _by_log(front: str, back: str, first: datetime) -> Note:
    """Learnt with SM-2: what is remembered follows from the answers alone."""
    first = first.replace(microsecond=0)
    fsrs, card, log = exact(), Card(card_id=1), []
    for (minutes, rating), kind in zip(GOOD, TYPES, strict=True):
        at = first + timedelta(minutes=minutes)
        card, _ = fsrs.review_card(card, Rating(rating), at)
        log.append((_milliseconds(at), rating, kind))
    return Note(front=front, back=back, past=Past(card=card, reviews=len(log), lapses=1), log=tuple(log), fsrs=False)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def day_of_anki(moment: datetime) -> tuple[int, datetime]:
    """The number of the day on which something is due, and when that day begins: at four."""
    day = (moment.astimezone(BERLIN) - timedelta(hours=4)).date()
    return (day - FIRST).days, datetime.combine(day, time(4), BERLIN).astimezone(UTC)


def _statements(note: Note) -> Iterator[Statement]:
    if note.past is not None:
        where = 0, f"guid {note.front}"
        yield _memory(note.past, where, fsrs=note.fsrs)
        for answer in note.log:
            yield LOG, (*answer, *where)


def _memory(past: Past, where: tuple[int, str], *, fsrs: bool = True) -> Statement:
    card, last = past.card, past.card.last_review
    assert last is not None
    known = {"s": card.stability, "d": card.difficulty, "dr": 0.9, "lrt": int(last.timestamp())}
    learnt_well = card.state == State.Review
    due = day_of_anki(card.due)[0] if learnt_well else int(card.due.timestamp())
    values = int(card.state), 2 if learnt_well else 1, due, past.reviews, past.lapses
    return MEMORY, (*values, json.dumps(known) if fsrs else "{}", *where)


def studied_on(
    package: Path, told: Mapping[UUID, Replayed], places: Mapping[UUID, tuple[int, str]], at: datetime
) -> dict[UUID, Past]:
    """Answer every learnt card of a package of ours once more, with `good`, at about a moment; what Anki knows then.

    Args:
        package: Is changed.
        told: The cards as they are.
        places: The number and the note of each card.
        at: When the first is answered.
    """
    fsrs, past, statements = exact(), dict[UUID, Past](), list[Statement]()
    for number, (card_id, known) in enumerate((each, told[each]) for each in told if told[each].state == LEARNT):
        moment = at.replace(microsecond=0) + timedelta(seconds=10 * number)
        card, _ = fsrs.review_card(known.card(), Rating.Good, moment)
        card.due = day_of_anki(card.due)[1]
        past[card_id] = Past(card=card, reviews=known.reviews + 1, lapses=known.lapses)
        statements += [_memory(past[card_id], places[card_id])]
        statements += [(LOG, (_milliseconds(moment), int(Rating.Good), 1, *places[card_id]))]
    learnt(package, statements)
    return past
