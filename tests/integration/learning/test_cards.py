"""Cards are made of a learner's own entries only."""

from shared.learning.cards import make_cards
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair


def test_nobody_makes_cards_of_somebody_elses_entry(engine: Engine) -> None:
    owner, stranger = (new_person(engine.connection, name).id for name in ("lea", "tom"))
    entry = in_bank(engine.connection, owner, new_pair(engine.connection, owner), "Haus")
    assert make_cards(engine.connection, stranger, [entry], ["recognition"]) == []
    assert len(make_cards(engine.connection, owner, [entry], ["recognition"])) == 1
