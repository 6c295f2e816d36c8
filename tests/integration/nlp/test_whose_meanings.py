"""A lemma has the meanings that a learner may see, the learner's own first, and no others."""

from shared.lexicon.lookup import look_up
from tests.support.jobs import Engine
from tests.support.lexicon import new_word
from tests.support.people import new_person


def test_somebody_elses_own_word_is_no_meaning(engine: Engine) -> None:
    lea, tom = (new_person(engine.connection, name).id for name in ("lea", "tom"))
    shared = new_word(engine.connection, "Leuchtturm")
    own = new_word(engine.connection, "Leuchtturm", owner_id=lea)
    hidden = new_word(engine.connection, "Leuchtturm", sense="hidden")
    engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    for owner, expected in ((lea, [own, shared]), (tom, [shared]), (None, [shared])):
        found = look_up(engine.connection, owner, "de", ["Leuchtturm"])
        assert {lemma: [word.id for word in words] for lemma, words in found.items()} == {"leuchtturm": expected}
