"""What Anki knows of a card becomes our memory of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5

import msgspec
import pytest

from services.nlp.imports.collections import AnkiCard, Note
from services.nlp.imports.memories import ANKI, MOST_DAYS, MOST_TIMES, memory_of, reviews_of
from services.nlp.imports.notes import Read, cards_of
from shared.learning.model import Incoming
from shared.learning.scheduling import Memory, Review, fsrs_of, replayed
from shared.learning.settings import StudySettings
from shared.learning.transfers import Fields

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST = date(2026, 1, 1)
BEGUN = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
SETTINGS = StudySettings(day_starts_at=0)
DAY = 86_400_000


def card(**changes: Any) -> AnkiCard:
    made = AnkiCard(id=1, ord=0, type=2, queue=2, due=100, ivl=30, factor=2500, reps=5, lapses=1, data="{}")
    return msgspec.structs.replace(made, **changes)


def memory(made: AnkiCard) -> Memory:
    return memory_of(made, reviews_of("guid", made), FIRST, SETTINGS, NOW)


def test_fsrs_numbers_are_taken_as_they_are() -> None:
    last = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
    known = memory(card(data=f'{{"s": 12.5, "d": 4.25, "dr": 0.9, "lrt": {last}}}'))
    assert (known.state, known.stability, known.difficulty, known.lapses) == (2, 12.5, 4.25, 1)
    assert known.last_review == datetime(2026, 3, 1, tzinfo=UTC)
    assert known.due == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=100)


def test_a_log_without_numbers_is_replayed() -> None:
    log = [(BEGUN * 1000 + at * DAY, 3, 4000, kind) for at, kind in ((0, 0), (1, 0), (4, 1))]
    made = card(reviews=log, reps=3)
    reviews = reviews_of("guid", made)
    events = [Review(id=each.id, rating=each.rating, reviewed_at=each.reviewed_at) for each in reviews]
    for settings in (SETTINGS, StudySettings(desired_retention=0.8, load_balance=False)):
        known = memory_of(made, reviews, FIRST, settings, NOW)
        assert known == replayed(Memory(due=NOW), events, uuid5(ANKI, "1"), fsrs_of(settings))


def test_a_day_of_anki_is_a_day_of_the_learner_in_summer_too() -> None:
    berlin = StudySettings(time_zone="Europe/Berlin")
    dues = [memory_of(card(due=days), (), FIRST, berlin, NOW).due for days in (87, 88)]
    assert dues == [datetime(2026, 3, 29, 2, tzinfo=UTC), datetime(2026, 3, 30, 2, tzinfo=UTC)]
    assert [berlin.day(due) for due in dues] == [date(2026, 3, 29), date(2026, 3, 30)]


def test_numbers_that_no_column_holds_and_no_card_has_are_cut() -> None:
    known = memory(card(data='{"s": 1e300, "d": 5}', reps=2**40, lapses=2**40, due=2_900_000))
    assert (known.stability, known.reviews, known.lapses) == (MOST_DAYS, MOST_TIMES, MOST_TIMES)
    assert known.due == NOW + timedelta(days=MOST_DAYS)


def test_without_a_log_the_interval_is_the_stability() -> None:
    known = memory(card())
    assert (known.state, known.stability) == (2, 30.0)
    assert known.last_review == known.due - timedelta(days=30)
    assert 1.0 <= (known.difficulty or 0) <= 10.0
    assert (memory(card(factor=1300)).difficulty or 0) > (known.difficulty or 0)


@pytest.mark.parametrize("changes", [{"type": 0}, {"type": 0, "data": '{"pos": 3}'}, {"reps": 0}])
def test_what_was_never_answered_is_new(changes: dict[str, object]) -> None:
    assert memory(card(**changes)) == Memory(due=NOW)


def test_a_learning_card_is_due_at_a_second() -> None:
    at = int(datetime(2026, 5, 1, tzinfo=UTC).timestamp())
    known = memory(card(type=1, due=at, data='{"s": 1.0, "d": 5.0}'))
    assert (known.state, known.step, known.due) == (1, 0, datetime(2026, 5, 1, tzinfo=UTC))


def test_a_last_review_is_never_in_the_future() -> None:
    assert memory(card(data='{"s": 1.0, "d": 5.0, "lrt": 99999999999}')).last_review == NOW


def test_answers_of_the_future_are_left_out() -> None:
    at = int(NOW.timestamp() * 1000)
    made = card(reviews=[(at - DAY, 3, 4000, 0), (at + DAY, 3, 4000, 1)])
    note = Note(id=1, guid="guid", type_id=1, fields=["Hund"], cards=[made])
    read = Read(1, Incoming(id=uuid5(ANKI, "entry"), lemma="Hund"), note, Fields(lemma="Front"))
    (known,) = cards_of(read, read.word.id, FIRST, SETTINGS, NOW)
    assert [each.reviewed_at for each in known.reviews] == [NOW - timedelta(days=1)]
    assert known.memory.last_review == NOW - timedelta(days=1)


def test_an_add_ons_own_data_is_no_state() -> None:
    assert memory(card(data="not json")).stability == 30.0


def test_reviews_are_the_answers_alone_with_ids_that_stay() -> None:
    log = [(1_000, 3, 4000, 0), (2_000, 0, 0, 4), (3_000, 1, -5, 1), (4_000, 2, 10, 5), (5_000, 4, 10, 2)]
    found = reviews_of("guid", card(reviews=log))
    assert [(each.rating, each.state_before, each.duration_ms) for each in found] == [
        (3, 0, 4000),
        (1, 2, 0),
        (4, 3, 10),
    ]
    assert found == reviews_of("guid", card(reviews=log))
    assert not {each.id for each in found} & {each.id for each in reviews_of("another", card(reviews=log))}
