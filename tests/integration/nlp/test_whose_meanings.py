"""Words that are found in a text come with meanings that the learner may see, and no others."""

from shared.lexicon.meanings import meanings
from tests.support.jobs import Engine
from tests.support.lexicon import new_word
from tests.support.people import new_person


def test_somebody_elses_own_word_is_no_meaning(engine: Engine) -> None:
    lea, tom = (new_person(engine.connection, name).id for name in ("lea", "tom"))
    shared = new_word(engine.connection, "Leuchtturm")
    own = new_word(engine.connection, "Leuchtturm", owner_id=lea)
    hidden = new_word(engine.connection, "Leuchtturm", sense="hidden")
    engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    assert set(meanings(engine.connection, lea, "de", ["Leuchtturm"])["leuchtturm"]) == {shared, own}
    assert meanings(engine.connection, tom, "de", ["Leuchtturm"]) == {"leuchtturm": [shared]}
