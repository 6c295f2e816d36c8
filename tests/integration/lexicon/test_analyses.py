"""Looked-up words become lexicon data, and overwrite nothing."""

from typing import Any

from shared.articles.model import Provenance
from shared.lexicon.analyses import is_analysed, known_senses, save_analysis
from shared.lexicon.analysis import AnalysedWord
from shared.lexicon.model import Example, NewWord
from shared.lexicon.store import save_word
from tests.support.analysed import BANK
from tests.support.jobs import Engine
from tests.support.people import new_person

BY = Provenance(provider="anthropic", model="m", prompt_version="analyse_word.v1")


def found(sense: str = "", **changes: Any) -> AnalysedWord:
    fields: dict[str, Any] = {
        "language": "de",
        "lemma": "Bank",
        "pos": "NOUN",
        "sense": sense,
        "article": "die",
        "translations": {"en": ["bench"]},
        "forms": {"plural": "Bänke"},
        "examples": [Example(text="Die Bank ist frei.")],
        "source": "analysis",
    }
    return AnalysedWord(word=NewWord(**(fields | changes)), usage=f"about {sense}")


def words(engine: Engine) -> list[dict[str, Any]]:
    return engine.connection.execute("SELECT * FROM words ORDER BY sense").fetchall()


def test_what_was_found_is_everybodys_and_remembered(engine: Engine) -> None:
    assert not is_analysed(engine.connection, BANK)
    save_analysis(engine.connection, BANK, [found("seat"), found("money")], BY)
    assert is_analysed(engine.connection, BANK)
    assert [(row["sense"], row["owner_id"], row["source"]) for row in words(engine)] == [
        ("money", None, "analysis"),
        ("seat", None, "analysis"),
    ]
    row = engine.connection.execute("SELECT * FROM word_analyses").fetchone()
    assert row is not None
    assert (row["usage"], row["provenance"]["prompt_version"]) == (["about seat", "about money"], "analyse_word.v1")
    assert row["word_ids"] == [words(engine)[1]["id"], words(engine)[0]["id"]]
    assert known_senses(engine.connection, BANK) == {"NOUN": ["money", "seat"]}


def test_the_catalogue_is_completed_and_never_overwritten(engine: Engine) -> None:
    catalogue = NewWord(
        language="de",
        lemma="Bank",
        pos="NOUN",
        article="der",
        translations={"en": ["settle"]},
        forms={"plural": "Banken"},
        source="catalogue",
        licence="MIT",
    )
    word_id = save_word(engine.connection, catalogue)
    save_analysis(engine.connection, BANK, [found(plural="Bänke", translations={"en": ["bench"], "fr": ["banc"]})], BY)
    (row,) = words(engine)
    assert (row["id"], row["source"], row["licence"], row["article"], row["plural"]) == (
        word_id, "catalogue", "MIT", "der", "Bänke",
    )  # fmt: skip
    assert row["translations"] == {"en": ["settle"], "fr": ["banc"]}
    assert row["forms"] == {"plural": "Banken"}
    assert row["examples"] == [{"text": "Die Bank ist frei."}]


def test_examples_that_are_there_stay(engine: Engine) -> None:
    save_word(engine.connection, found(examples=[Example(text="Meine Bank.")]).word)
    save_analysis(engine.connection, BANK, [found()], BY)
    assert words(engine)[0]["examples"] == [{"text": "Meine Bank."}]


def test_a_learners_own_word_is_neither_told_nor_touched(engine: Engine) -> None:
    lea = new_person(engine.connection, "lea").id
    save_word(engine.connection, found("mine", source="own").word, lea)
    assert known_senses(engine.connection, BANK) == {}
    save_analysis(engine.connection, BANK, [found()], BY)
    assert [(row["sense"], row["source"]) for row in words(engine)] == [("", "analysis"), ("mine", "own")]


def test_looking_up_twice_doubles_nothing(engine: Engine) -> None:
    for _ in range(2):
        save_analysis(engine.connection, BANK, [found("seat"), found("money")], BY)
    assert len(words(engine)) == 2
