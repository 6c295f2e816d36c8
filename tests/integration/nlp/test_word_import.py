"""A table of words becomes entries of the bank: each once, none guessed, broken rows told."""

from uuid import uuid4

import msgspec
import pytest

from shared.jobs.errors import PermanentError, StepStoppedError
from shared.learning.transfers import Columns, WordsImport
from shared.lexicon.model import NewWord
from shared.lexicon.store import save_word
from tests.integration.nlp.conftest import Learner
from tests.support.step_watch import HandWatch

TABLE = "Wort,Übersetzung,Notiz\nHund,dog,\nKatze,cat,weich\n,nothing,\nVogel\nhund,dog,\n".encode()
COLUMNS = Columns(lemma=0, translation=1)


def order(learner: Learner, body: bytes, **changes: object) -> WordsImport:
    made = WordsImport(upload_id=learner.upload(body), pair_id=learner.pair, columns=COLUMNS)
    return msgspec.structs.replace(made, **changes)


def lexicon(
    learner: Learner, lemma: str, *translations: str, sense: str = "", article: str | None = None, language: str = "de"
) -> None:
    word = NewWord(
        language=language, lemma=lemma, pos="NOUN", sense=sense, article=article,
        translations={"en": list(translations)}, source="catalogue",
    )  # fmt: skip
    save_word(learner.engine.connection, word)


def entries(learner: Learner) -> list[tuple[object, ...]]:
    found = learner.rows("SELECT lemma, status, note FROM word_bank WHERE owner_id = $1 ORDER BY lemma", learner.id)
    return [tuple(row.values()) for row in found]


def test_each_row_is_taken_in_once_and_told(learner: Learner) -> None:
    done = learner.perform("import_words", order(learner, TABLE))
    assert done.output["counts"] == {"new": 2, "updated": 1, "empty_first_field": 1, "broken": 1}
    assert entries(learner) == [("Hund", "new", ""), ("Katze", "new", "")]
    told = {(line["row"], line["outcome"]) for line in learner.lines(done)}
    assert told == {(2, "new"), (3, "new"), (4, "empty_first_field"), (5, "broken"), (6, "updated")}


def test_the_same_table_again_doubles_nothing(learner: Learner) -> None:
    learner.perform("import_words", order(learner, TABLE, directions=("recognition", "production")))
    done = learner.perform("import_words", order(learner, TABLE, directions=("recognition", "production")))
    assert done.output["counts"] == {"duplicate": 3, "empty_first_field": 1, "broken": 1}
    assert (learner.count("word_bank"), learner.count("words"), learner.count("cards")) == (2, 2, 4)


def test_an_attempt_that_died_is_gone_on_with(learner: Learner) -> None:
    body = "\n".join(f"Wort{number},word {number}" for number in range(1200)).encode()
    job, first = uuid4(), order(learner, body, header=False)
    with pytest.raises(StepStoppedError):
        learner.perform("import_words", first, job, watch=HandWatch(stop_after=2))
    assert 0 < learner.count("word_bank") < 1200
    done = learner.perform("import_words", first, job)
    assert done.output["counts"] == {"new": 1200}
    assert learner.count("word_bank") == 1200


def test_a_word_of_the_lexicon_is_used_and_what_differs_is_noted(learner: Learner) -> None:
    lexicon(learner, "Haus", "house")
    lexicon(learner, "Bank", "bank", sense="money")
    lexicon(learner, "Bank", "bench", sense="seat")
    done = learner.perform("import_words", order(learner, b"w,t\nHaus,the house; home\nBank,bench\n"))
    assert done.output["counts"] == {"new": 2}
    assert learner.count("words") == 0
    (bank,) = learner.rows(
        "SELECT word.sense FROM word_bank AS entry JOIN words AS word ON word.id = entry.word_id"
        " WHERE entry.lemma = 'Bank'"
    )
    assert bank["sense"] == "seat"


def test_a_word_with_its_article_is_the_word_of_the_lexicon(learner: Learner) -> None:
    lexicon(learner, "Haus", "house", article="das")
    lexicon(learner, "See", "lake", article="der")
    done = learner.perform("import_words", order(learner, b"w,t\nDas Haus,house\nHaus,house\ndie See,lake\nalt,old\n"))
    assert done.output["counts"] == {"new": 3, "duplicate": 1}
    assert entries(learner) == [("Haus", "new", ""), ("See", "new", ""), ("alt", "new", "")]
    (own,) = learner.rows("SELECT article FROM words WHERE owner_id = $1 AND lemma = 'See'", learner.id)
    assert own["article"] == "die", "the sea is not the lake"


@pytest.mark.parametrize("apostrophe", ["'", "\u2019"])
def test_an_elided_article_is_one_too(learner: Learner, apostrophe: str) -> None:
    learner.rows("UPDATE language_pairs SET language = 'it' WHERE id = $1 RETURNING id", learner.pair)
    lexicon(learner, "amico", "friend", article=f"l{apostrophe}", language="it")
    done = learner.perform("import_words", order(learner, f"w,t\nl{apostrophe}amico,friend\n".encode()))
    assert done.output["counts"] == {"new": 1}
    assert entries(learner) == [("amico", "new", "")]


def test_a_new_word_in_many_spellings_is_one_and_one_with_another_article_is_not(learner: Learner) -> None:
    body = "w,t\nder Adler,eagle\nAdler,eagle\nadler ,bird of prey\nder See,lake\nDie  See,sea\n"
    first = learner.perform("import_words", order(learner, body.encode()))
    assert first.output["counts"] == {"new": 3, "updated": 2}
    query = (
        "SELECT lemma, article, translations -> 'en' AS means FROM words WHERE owner_id = $1 ORDER BY lemma, article"
    )
    words = [tuple(row.values()) for row in learner.rows(query, learner.id)]
    assert words == [
        ("Adler", "der", ["eagle", "bird of prey"]),
        ("See", "der", ["lake"]),
        ("See", "die", ["sea"]),
    ]
    again = learner.perform("import_words", order(learner, body.encode()))
    assert (again.output["counts"], learner.count("word_bank")) == ({"duplicate": 5}, 3)
    assert [tuple(row.values()) for row in learner.rows(query, learner.id)] == words


def test_an_own_word_without_a_part_of_speech_is_the_one_that_comes_with_one(learner: Learner) -> None:
    learner.perform("import_words", order(learner, b"w,t\nAdler,eagle\n"))
    columns = Columns(lemma=0, translation=1, pos=2)
    done = learner.perform("import_words", order(learner, b"w,t,p\nAdler,eagle,NOUN\n", columns=columns))
    assert (done.output["counts"], learner.count("word_bank")) == ({"duplicate": 1}, 1)


def test_an_own_word_without_a_meaning_takes_the_lexicons_when_a_table_brings_it(learner: Learner) -> None:
    learner.perform("import_words", order(learner, b"w\nAdler\n", columns=Columns(lemma=0)))
    lexicon(learner, "Adler", "eagle", article="der")
    done = learner.perform("import_words", order(learner, b"w,t\nder Adler,eagle\n"))
    assert done.output["counts"] == {"duplicate": 1}
    assert (learner.count("word_bank"), learner.count("words")) == (1, 0)


def test_an_entry_that_has_the_lexicons_word_already_keeps_the_own_one_apart(learner: Learner) -> None:
    lexicon(learner, "Adler", "eagle")
    learner.perform("import_words", order(learner, b"w,t\nAdler,eagle\n"))
    own = learner.rows(
        "INSERT INTO words (id, owner_id, language, lemma, pos, folded, translations, source)"
        " VALUES (gen_random_uuid(), $1, 'de', 'Adler', 'X', 'adler', '{}', 'own') RETURNING id",
        learner.id,
    )[0]["id"]
    learner.rows(
        "INSERT INTO word_bank (id, owner_id, pair_id, word_id, lemma, pos)"
        " VALUES (gen_random_uuid(), $1, $2, $3, 'Adler', 'X') RETURNING id",
        learner.id, learner.pair, own,
    )  # fmt: skip
    done = learner.perform("import_words", order(learner, b"w,t\nAdler,eagle\n"))
    assert (done.output["counts"], learner.count("word_bank"), learner.count("words")) == ({"duplicate": 1}, 2, 1)


def test_what_nobody_sees_in_a_word_is_left_out_and_a_word_of_nothing_else_is_told(learner: Learner) -> None:
    body = "w,t\nHaus\u00adt\u00fcr\x07,front door\nHaust\u00fcr,front door\n\x07\u200b,bell\n"
    done = learner.perform("import_words", order(learner, body.encode()))
    assert done.output["counts"] == {"new": 1, "updated": 1, "empty_first_field": 1}
    assert entries(learner) == [("Haust\u00fcr", "new", "")]


def test_of_several_meanings_none_is_guessed(learner: Learner) -> None:
    lexicon(learner, "Bank", "bank", sense="money")
    lexicon(learner, "Bank", "bench", sense="seat")
    done = learner.perform("import_words", order(learner, b"w\nBank\n", columns=Columns(lemma=0)))
    assert done.output["counts"] == {"pending_sense": 1}
    assert entries(learner) == [("Bank", "pending_sense", "")]


def test_a_meaning_that_was_chosen_is_not_asked_for_again(learner: Learner) -> None:
    lexicon(learner, "Bank", "bank", sense="money")
    lexicon(learner, "Bank", "bench", sense="seat")
    learner.perform("import_words", order(learner, b"w,t\nBank,bench\n"))
    done = learner.perform("import_words", order(learner, b"w\nBank\n", columns=Columns(lemma=0)))
    assert done.output["counts"] == {"duplicate": 1}
    assert entries(learner) == [("Bank", "new", "")]


def test_another_meaning_than_the_lexicons_is_kept_as_a_note(learner: Learner) -> None:
    lexicon(learner, "Schloss", "castle")
    learner.perform("import_words", order(learner, b"w,t\nSchloss,lock\n"))
    assert entries(learner) == [("Schloss", "new", "lock")]
    done = learner.perform("import_words", order(learner, b"w,t\nSchloss,lock\n"))
    assert done.output["counts"] == {"conflicting": 1}


def test_a_table_that_breaks_off_leaves_nothing_behind(learner: Learner) -> None:
    body = "\n".join(f"Wort{number},word" for number in range(800)) + '\n"open,' + "x" * 20_000
    with pytest.raises(PermanentError) as refused:
        learner.perform("import_words", order(learner, body.encode()))
    assert refused.value.code == "table_unreadable"
    assert learner.count("word_bank") == 0


def test_an_upload_that_was_swept_and_a_strangers_pair_are_told(learner: Learner) -> None:
    gone = order(learner, TABLE, upload_id=uuid4())
    with pytest.raises(PermanentError) as refused:
        learner.perform("import_words", gone)
    assert refused.value.code == "upload_gone"
    stranger = Learner(learner.engine, "a stranger")
    with pytest.raises(PermanentError) as refused:
        learner.perform("import_words", order(learner, TABLE, pair_id=stranger.pair))
    assert refused.value.code == "pair_deleted"
    assert learner.count("word_bank") == 0
