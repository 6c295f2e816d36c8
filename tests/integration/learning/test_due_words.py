"""Which words a learner should meet again."""

from datetime import timedelta
from uuid import UUID

import pytest
from fsrs import Card, Scheduler, State

from shared.learning.due_words import due_words
from shared.learning.settings_rows import save_weights
from tests.support.api import NOW
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.studying import new_pair, with_card

DAY = timedelta(days=1)


class Desk:
    """A learner with cards."""

    def __init__(self, engine: Engine) -> None:
        self.connection = engine.connection
        self.id = new_person(engine.connection, "lea").id
        self.pair = new_pair(engine.connection, self.id)

    def card(self, lemma: str, *, days_ago: float, stability: float, due_in: float) -> UUID:
        card = with_card(self.connection, self.id, self.pair, lemma, due=NOW)
        self.connection.execute(
            "UPDATE cards SET last_review = $2, stability = $3, due = $4 WHERE id = $1",
            (card, NOW - days_ago * DAY, stability, NOW + due_in * DAY),
        )
        return card

    def due(self, most: int = 20) -> tuple[str, ...]:
        return due_words(self.connection, self.id, self.pair, NOW, most=most)


@pytest.fixture(name="desk")
def _desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_due_words_come_with_the_least_remembered_first(desk: Desk) -> None:
    desk.card("Hund", days_ago=10, stability=10, due_in=-1)
    desk.card("Katze", days_ago=30, stability=10, due_in=-1)
    assert desk.due() == ("Katze", "Hund")
    assert desk.due(most=1) == ("Katze",)


def test_a_weak_word_counts_before_it_is_due_and_a_strong_one_does_not(desk: Desk) -> None:
    desk.card("Hund", days_ago=9, stability=10, due_in=1)
    desk.card("Katze", days_ago=1, stability=10, due_in=9)
    assert desk.due() == ("Hund",)


def test_new_and_suspended_cards_and_words_that_are_not_learnt_do_not_count(desk: Desk) -> None:
    with_card(desk.connection, desk.id, desk.pair, "Neu")
    suspended = desk.card("Angehalten", days_ago=30, stability=1, due_in=-1)
    desk.connection.execute("UPDATE cards SET suspended = 'asked' WHERE id = $1", (suspended,))
    desk.card("Bekannt", days_ago=30, stability=1, due_in=-1)
    desk.connection.execute("UPDATE word_bank SET status = 'known' WHERE lemma = 'Bekannt'")
    assert desk.due() == ()


def test_a_word_with_two_cards_is_told_once(desk: Desk) -> None:
    desk.card("Hund", days_ago=10, stability=10, due_in=-1)
    with_card(desk.connection, desk.id, desk.pair, "Hund", due=NOW, direction="production")
    assert desk.due() == ("Hund",)


def test_other_learners_and_other_pairs_have_words_of_their_own(desk: Desk, engine: Engine) -> None:
    desk.card("Hund", days_ago=10, stability=10, due_in=-1)
    other = Desk(engine)
    assert other.due() == ()
    assert due_words(desk.connection, other.id, desk.pair, NOW) == ()


@pytest.mark.parametrize("days", [0, 1, 8, 400])
def test_remembering_is_computed_as_fsrs_does(desk: Desk, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    desk.card("Hund", days_ago=days + 0.5, stability=12, due_in=5)
    card = Card(
        card_id=1, state=State.Review, stability=12.0, difficulty=5.0, due=NOW, last_review=NOW - (days + 0.5) * DAY
    )
    expected = Scheduler(enable_fuzzing=False).get_card_retrievability(card, NOW)
    for bound, found in ((expected - 1e-9, ()), (expected + 1e-9, ("Hund",))):
        monkeypatch.setattr("shared.learning.due_words.WEAK", bound)
        assert desk.due() == found


def test_fitted_weights_bend_the_curve(desk: Desk) -> None:
    desk.card("Hund", days_ago=8, stability=12, due_in=5)
    weights = list(Scheduler().parameters)
    weights[20] = 0.8
    save_weights(desk.connection, desk.id, weights)
    assert desk.due() == ()  # 0.9301 by this curve
    desk.card("Katze", days_ago=9, stability=12, due_in=5)
    assert desk.due() == ("Katze",)  # 0.9223
