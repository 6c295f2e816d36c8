"""Anki's packages in all their formats: words, memories, reviews and media, each once; nothing of a bad one."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from shared.jobs.errors import PermanentError
from shared.learning.scheduling import Memory
from shared.learning.transfers import DeckImport, Fields, PreviewOrder
from tests.integration.nlp.conftest import Learner
from tests.support.decks import as_anki21, as_anki21b, basic_deck, learnt, members_of, packed, stub_collection

WANTED = {"Basic (and reversed)": Fields(lemma="Front", translation="Back")}
ROWS = [("<b>Hund</b> [sound:hund.mp3]", "dog"), ("Katze", "cat<script>alert(1)</script>"), ("", "nothing")]
LAST = 1_767_225_600  # 2026-01-01T00:00Z
REMEMBERED = {"s": 12.5, "d": 4.25, "dr": 0.9, "lrt": LAST}
MEMORY = (
    "UPDATE cards SET type = 2, queue = 2, due = 4120, ivl = 12, factor = 2500, reps = 2, lapses = 1, data = ?"
    " WHERE ord = 0 AND nid = (SELECT min(id) FROM notes)"
)
LOG = (
    "INSERT INTO revlog SELECT ?, id, -1, ?, 1, 1, 0, 4000, ? FROM cards"
    " WHERE ord = 0 AND nid = (SELECT min(id) FROM notes)"
)
FORMATS = {"anki2": lambda path: path, "anki21": as_anki21, "anki21b": as_anki21b}
Format = Callable[[Path], Path]


def deck(folder: Path) -> Path:
    sound = folder / "hund.mp3"
    sound.write_bytes(b"sound")
    path = basic_deck(folder / "deck.apkg", ROWS, [sound])
    log = [((LAST - 86_400) * 1000, 3, 0), (LAST * 1000, 3, 1), (LAST * 1000 + 1, 0, 4)]
    return learnt(path, [(MEMORY, (json.dumps(REMEMBERED),)), *((LOG, each) for each in log)])


def order(learner: Learner, path: Path) -> DeckImport:
    return DeckImport(upload_id=learner.upload(path), pair_id=learner.pair, note_types=WANTED)


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_a_deck_of_each_format_is_taken_in_with_all_that_was_learnt(
    learner: Learner, tmp_path: Path, form: Format
) -> None:
    done = learner.perform("import_deck", order(learner, form(deck(tmp_path))))
    assert done.output["counts"] == {"new": 2, "empty_first_field": 1}
    words = learner.rows("SELECT lemma, translations FROM words WHERE owner_id = $1 ORDER BY lemma", learner.id)
    assert [(row["lemma"], row["translations"]) for row in words] == [
        ("Hund", {"en": ["dog"]}),
        ("Katze", {"en": ["cat"]}),
    ]
    cards = learner.rows("SELECT * FROM cards WHERE owner_id = $1 AND state > 0", learner.id)
    (card,) = cards
    assert (card["state"], card["stability"], card["difficulty"], card["lapses"]) == (2, 12.5, 4.25, 1)
    assert card["last_review"] == datetime.fromtimestamp(LAST, UTC)
    assert msgspec.convert(card["imported"], Memory).stability == 12.5
    assert learner.count("cards") == 4
    reviews = learner.rows("SELECT rating, source, state_before FROM reviews ORDER BY reviewed_at")
    assert [tuple(row.values()) for row in reviews] == [(3, "import", 0), (3, "import", 2)]
    (medium,) = learner.rows("SELECT name, key, content_type FROM entry_media WHERE owner_id = $1", learner.id)
    assert (medium["name"], medium["content_type"]) == ("hund.mp3", "audio/mpeg")
    assert learner.blobs.get(str(medium["key"])) == b"sound"


def test_the_same_deck_again_doubles_nothing_and_a_newer_one_updates(learner: Learner, tmp_path: Path) -> None:
    path = deck(tmp_path)
    learner.perform("import_deck", order(learner, path))
    again = learner.perform("import_deck", order(learner, as_anki21(path)))
    assert again.output["counts"] == {"duplicate": 2, "empty_first_field": 1}
    before = (
        learner.count("word_bank"),
        learner.count("cards"),
        learner.count("reviews"),
        learner.count("entry_media"),
    )
    assert before == (2, 4, 2, 1)
    later = {**REMEMBERED, "s": 40.0, "lrt": LAST + 86_400}
    newer = learnt(deck(tmp_path), [(MEMORY, (json.dumps(later),)), (LOG, ((LAST + 86_400) * 1000, 4, 1))])
    updated = learner.perform("import_deck", order(learner, newer))
    assert updated.output["counts"] == {"updated": 1, "duplicate": 1, "empty_first_field": 1}
    (card,) = learner.rows("SELECT stability FROM cards WHERE owner_id = $1 AND state > 0", learner.id)
    assert (card["stability"], learner.count("reviews"), learner.count("cards")) == (40.0, 3, 4)


def test_what_was_reviewed_here_later_is_kept(learner: Learner, tmp_path: Path) -> None:
    path = deck(tmp_path)
    learner.perform("import_deck", order(learner, path))
    learner.engine.connection.execute(
        "UPDATE cards SET stability = 99, last_review = '2026-06-01T00:00Z' WHERE owner_id = $1 AND state > 0",
        (learner.id,),
    )
    learner.perform("import_deck", order(learner, path))
    (card,) = learner.rows("SELECT stability FROM cards WHERE owner_id = $1 AND state > 0", learner.id)
    assert card["stability"] == 99


def test_types_that_nobody_asked_for_are_left_out_and_told(learner: Learner, tmp_path: Path) -> None:
    made = msgspec.structs.replace(order(learner, deck(tmp_path)), note_types={"Cloze": Fields(lemma="Text")})
    done = learner.perform("import_deck", made)
    assert done.output["counts"] == {"other_notetype": 3}
    assert learner.count("word_bank") == 0


def bomb(path: Path) -> Path:
    return packed(path, members_of(path) | {"0": bytes(300 * 1024**2)})


def collection_bomb(path: Path) -> Path:
    return packed(path, members_of(path) | {"collection.anki2": bytes(64 * 1024**2)})


def climbing(path: Path) -> Path:
    return packed(path, members_of(path) | {"../../etc/passwd": b"x"})


def stub(path: Path) -> Path:
    return packed(path, {"collection.anki2": stub_collection(path), "meta": b"\x08\x03", "media": b"{}"})


def damaged(path: Path) -> Path:
    return packed(path, members_of(path) | {"collection.anki2": members_of(path)["collection.anki2"][:9000]})


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-200])
    return path


BAD: dict[Format, str] = {
    collection_bomb: "archive_unsafe",
    climbing: "archive_unsafe",
    stub: "deck_stub",
    damaged: "deck_unreadable",
    cut: "archive_unreadable",
}


@pytest.mark.parametrize("spoil", BAD, ids=lambda spoil: spoil.__name__)
def test_a_bad_package_leaves_nothing_behind(learner: Learner, tmp_path: Path, spoil: Format) -> None:
    with pytest.raises(PermanentError) as refused:
        learner.perform("import_deck", order(learner, spoil(deck(tmp_path))))
    assert refused.value.code == BAD[spoil]
    assert (learner.count("word_bank"), learner.count("words"), learner.count("entry_media")) == (0, 0, 0)


def test_a_medium_that_unpacks_to_too_much_is_left_out_and_told(learner: Learner, tmp_path: Path) -> None:
    done = learner.perform("import_deck", order(learner, bomb(deck(tmp_path))))
    assert done.output["counts"] == {"new": 2, "empty_first_field": 1, "media_left_out": 1}
    assert learner.count("entry_media") == 0


def room(learner: Learner, size: int) -> None:
    """Let the learner's plan give so many bytes."""
    put = learner.engine.connection.execute
    put("INSERT INTO plans VALUES ('tight', 1, 1, 1, $1) ON CONFLICT (name) DO UPDATE SET storage_bytes = $1", (size,))
    put("UPDATE accounts SET plan = 'tight' WHERE id = $1", (learner.id,))


def test_a_deck_without_room_for_its_media_is_refused_and_the_words_before_it_stay(
    learner: Learner, tmp_path: Path
) -> None:
    path = deck(tmp_path)
    room(learner, 4)
    with pytest.raises(PermanentError) as refused:
        learner.perform("import_deck", order(learner, path))
    assert (refused.value.code, refused.value.detail[:16]) == ("storage_full", "There is no room")
    assert (learner.count("entry_media"), learner.count("word_bank")) == (0, 0)
    room(learner, 5)
    assert learner.perform("import_deck", order(learner, path)).output["counts"]["new"] == 2
    again = learner.perform("import_deck", order(learner, path))
    assert again.output["counts"]["duplicate"] == 2
    assert learner.count("entry_media") == 1


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_a_look_into_a_deck_shows_its_types_and_first_notes(learner: Learner, tmp_path: Path, form: Format) -> None:
    done = learner.perform("preview_import", PreviewOrder(upload_id=learner.upload(form(deck(tmp_path))), kind="deck"))
    (shown,) = msgspec.json.decode(learner.blobs.get(done.output["preview_key"]))
    assert (shown["name"], shown["columns"]) == ("Basic (and reversed)", ["Front", "Back"])
    assert done.summary == "1 note type"
    assert shown["rows"] == [["Hund", "dog"], ["Katze", "cat"], ["", "nothing"]]
    assert shown["templates"] == ["Card 1", "Card 2"]


def test_a_look_shows_names_as_long_as_one_may_ask_for(learner: Learner, tmp_path: Path) -> None:
    names = "UPDATE col SET models = replace(replace(replace(models, 'Basic', ?1), 'Front', ?1), 'Card 1', ?1)"
    path = learnt(deck(tmp_path), [(names, ("x" * 5_000,))])
    done = learner.perform("preview_import", PreviewOrder(upload_id=learner.upload(path), kind="deck"))
    (shown,) = msgspec.json.decode(learner.blobs.get(done.output["preview_key"]))
    longest = "x" * 200
    assert (shown["name"], shown["columns"][0], shown["templates"][0]) == (longest, longest, longest)


def test_a_look_into_a_table_shows_its_columns(learner: Learner) -> None:
    upload = learner.upload("Wort;Übersetzung\nHund;dog\n".encode("utf-16"))
    done = learner.perform("preview_import", PreviewOrder(upload_id=upload, kind="words"))
    (shown,) = msgspec.json.decode(learner.blobs.get(done.output["preview_key"]))
    assert (shown["columns"], shown["rows"]) == (["Wort", "Übersetzung"], [["Hund", "dog"]])
    assert done.summary == "1 table"
