"""Anki itself opens what we export, and we what it exports."""

from pathlib import Path

from shared.learning.transfers import DeckImport, Fields
from tests.integration.nlp.conftest import Learner
from tests.integration.nlp.test_deck_import import deck, order
from tests.integration.nlp.test_export import exported
from tests.support.official_anki import opened


def test_anki_opens_our_deck_once_and_we_open_what_anki_makes_of_it(
    learner: Learner, tmp_path: Path, anki: Path
) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    theirs, legacy = tmp_path / "new.apkg", tmp_path / "old.apkg"
    seen = opened(anki, exported(learner, tmp_path, "apkg"), (theirs, legacy))
    assert seen.counts == [(2, 0, 0), (0, 0, 2)]
    (learnt,) = [card for card in seen.cards if card.type]
    assert (learnt.type, learnt.reps, learnt.lapses, learnt.reviews) == (2, 2, 1, 2)
    assert (learnt.memory["s"], learnt.memory["d"]) == (12.5, 4.25)
    fields = Fields(lemma="Word", translation="Translation")
    for number, package in enumerate((theirs, legacy)):
        other = Learner(learner.engine, f"another {number}")
        made = DeckImport(upload_id=other.upload(package), pair_id=other.pair, note_types={"Parlance": fields})
        assert other.perform("import_deck", made).output["counts"] == {"new": 2}
        assert (other.count("reviews"), other.count("entry_media")) == (2, 1)
