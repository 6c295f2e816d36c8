"""What is wrong far behind in a package is found before anything of it is taken in."""

from pathlib import Path

import pytest

from services.nlp.imports.collections import BATCH
from shared.jobs.errors import PermanentError
from tests.integration.nlp.conftest import Learner
from tests.integration.nlp.test_deck_import import order
from tests.support.decks import basic_deck, learnt, members_of, packed

SENSELESS = "UPDATE cards SET reps = 'many' WHERE nid = (SELECT max(id) FROM notes)"
SOUND = b"a sound that is long enough to be found again"


def deck(folder: Path) -> Path:
    """A deck of more than one batch, whose last note has a recording."""
    recording = folder / "last.mp3"
    recording.write_bytes(SOUND)
    rows = [(f"Wort {number}", f"word {number}") for number in range(BATCH)]
    return basic_deck(folder / "deck.apkg", [*rows, ("Ende [sound:last.mp3]", "end")], [recording])


def refused(learner: Learner, path: Path) -> str:
    """Why it is; nothing may have come of it."""
    with pytest.raises(PermanentError) as caught:
        learner.perform("import_deck", order(learner, path))
    assert (learner.count("word_bank"), learner.count("words")) == (0, 0)
    return caught.value.code


def test_a_senseless_card_of_the_last_note(learner: Learner, tmp_path: Path) -> None:
    assert refused(learner, learnt(deck(tmp_path), [(SENSELESS, ())])) == "deck_unreadable"


def test_a_damaged_recording_of_the_last_note(learner: Learner, tmp_path: Path) -> None:
    path = deck(tmp_path)
    packed(path, members_of(path), compression=0)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(SOUND, SOUND.upper()))
    assert path.read_bytes() != whole
    assert refused(learner, path) == "archive_unreadable"


def test_a_picture_that_may_run_scripts_is_left_out_and_told(learner: Learner, tmp_path: Path) -> None:
    picture = tmp_path / "dog.svg"
    picture.write_text("<svg><script>alert(1)</script></svg>")
    path = basic_deck(tmp_path / "deck.apkg", [('Hund <img src="dog.svg">', "dog")], [picture])
    done = learner.perform("import_deck", order(learner, path))
    assert done.output["counts"] == {"new": 1, "media_left_out": 1}
    assert learner.count("entry_media") == 0
