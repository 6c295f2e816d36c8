"""Loading the catalogue: everything once, again only what has changed, and never over what an admin decided."""

from pathlib import Path

import pytest

from services.api.catalogue.__main__ import main
from services.api.catalogue.loading import Loaded, load_catalogue
from services.api.catalogue.model import CatalogueError
from shared.jobs.kinds import ENRICH_LEXICON
from tests.support.jobs import Engine
from tests.support.lexicon import new_word

PACK = """
pack: de-probe
language: de
level: A1
title: {en: A sample, de: Eine Probe}
description: {en: Two words., de: Zwei Wörter.}
words:
  - {lemma: Haus, pos: NOUN, article: das, example: Das Haus ist groß., example_translation: {en: The house is big.},
     translations: {en: [house], es: [casa], fr: [maison], it: [casa], pt: [casa], ja: [家]}}
  - {lemma: gehen, pos: VERB, forms: {participle: gegangen}, example: Wir gehen., example_translation: {en: We go.},
     translations: {en: [go], es: [ir], fr: [aller], it: [andare], pt: [ir], ja: [行く]}}
"""
SENTENCES = """
language: ja
sentences:
  - id: ja-0001
    text: "おはよう。"
    level: A1
    tags: [greeting]
    translations: {de: Guten Morgen!, en: Good morning!, es: ¡Hola!, fr: Bonjour !, it: Buongiorno!, pt: Bom dia!}
"""
TABLES = ("words", "packs", "pack_words", "sentences", "sentence_translations", "catalogue_files")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue with one pack and one file of sentences."""
    put(tmp_path, "packs/catalogue/de/de-probe.yaml", PACK)
    put(tmp_path, "sentences/catalogue/ja.yaml", SENTENCES)
    return tmp_path


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def counts(engine: Engine) -> dict[str, int]:
    found = {}
    for table in TABLES:
        row = engine.connection.execute(f"SELECT count(*) AS n FROM {table}").fetchone()  # noqa: S608 - ours
        assert row is not None
        found[table] = row["n"]
    return found


def rows(engine: Engine, sql: str) -> list[dict[str, object]]:
    return engine.connection.execute(sql).fetchall()


def jobs(engine: Engine) -> list[str]:
    return [str(row["kind"]) for row in rows(engine, "SELECT kind FROM jobs")]


def test_everything_is_loaded_once_and_a_worker_is_asked_for_the_rest(engine: Engine, folder: Path) -> None:
    first = load_catalogue(engine.connection, folder)
    assert first == Loaded(files=2, unchanged=0, words=2, sentences=7)
    once = counts(engine)
    assert once == {
        "words": 2,
        "packs": 1,
        "pack_words": 2,
        "sentences": 7,
        "sentence_translations": 12,
        "catalogue_files": 2,
    }
    assert load_catalogue(engine.connection, folder) == Loaded(files=2, unchanged=2)
    assert counts(engine) == once
    assert jobs(engine) == [ENRICH_LEXICON]


def test_words_come_with_their_packs_level_examples_and_licence(engine: Engine, folder: Path) -> None:
    load_catalogue(engine.connection, folder)
    (word,) = rows(engine, "SELECT * FROM words WHERE lemma = 'Haus'")
    assert (word["level"], word["article"], word["source"], word["licence"]) == ("A1", "das", "catalogue", "MIT")
    assert (word["owner_id"], word["zipf"], word["folded"]) == (None, None, "haus")
    assert word["examples"] == [
        {
            "text": "Das Haus ist groß.",
            "translations": {"en": "The house is big."},
            "source": "catalogue",
            "licence": "MIT",
        }
    ]
    ordered = rows(
        engine,
        "SELECT lemma FROM pack_words JOIN words ON id = word_id JOIN packs ON packs.id = pack_id"
        " WHERE packs.slug = 'de-probe' AND packs.published_at IS NOT NULL ORDER BY position",
    )
    assert [row["lemma"] for row in ordered] == ["Haus", "gehen"]


def test_a_translation_is_a_sentence_linked_both_ways_and_has_no_level(engine: Engine, folder: Path) -> None:
    load_catalogue(engine.connection, folder)
    linked = rows(
        engine,
        "SELECT other.language, other.level, other.licence FROM sentences AS one"
        " JOIN sentence_translations AS forth ON forth.sentence_id = one.id"
        " JOIN sentences AS other ON other.id = forth.translation_id"
        " JOIN sentence_translations AS back ON back.sentence_id = other.id AND back.translation_id = one.id"
        " WHERE one.source_id = 'ja-0001' AND one.level = 'A1' ORDER BY 1",
    )
    languages = ["de", "en", "es", "fr", "it", "pt"]
    assert linked == [{"language": language, "level": None, "licence": "MIT"} for language in languages]


def test_a_file_that_changed_is_loaded_again_with_the_same_ids(engine: Engine, folder: Path) -> None:
    load_catalogue(engine.connection, folder)
    ids = "SELECT id, lemma FROM words WHERE lemma = 'gehen' UNION SELECT id, slug FROM packs ORDER BY 2"
    before = rows(engine, ids)
    engine.connection.execute("UPDATE packs SET published_at = NULL")
    engine.connection.execute("UPDATE sentences SET ruby = '[]', romanised = 'x', words = coalesce(words, 9)")
    shorter = PACK.replace(PACK[PACK.index("  - {lemma: Haus") : PACK.index("  - {lemma: gehen")], "")
    put(folder, "packs/catalogue/de/de-probe.yaml", shorter.replace("A sample", "Another"))
    put(folder, "sentences/catalogue/ja.yaml", SENTENCES.replace("おはよう。", "おはようございます。"))
    assert load_catalogue(engine.connection, folder) == Loaded(files=2, unchanged=0, words=1, sentences=7)
    assert rows(engine, ids) == before
    (pack,) = rows(engine, "SELECT title, published_at FROM packs")
    assert pack == {"title": {"en": "Another", "de": "Eine Probe"}, "published_at": None}
    assert rows(engine, "SELECT lemma FROM pack_words JOIN words ON id = word_id") == [{"lemma": "gehen"}]
    unread = rows(engine, "SELECT source_id, words FROM sentences WHERE ruby IS NULL AND romanised IS NULL")
    assert unread == [{"source_id": "ja-0001", "words": None}]
    assert {"words": 2} in rows(engine, "SELECT words FROM sentences WHERE source_id = 'ja-0001/en'")
    assert counts(engine)["words"] == 2


def test_a_word_that_was_there_is_completed(engine: Engine, folder: Path) -> None:
    known = new_word(engine.connection, "Haus", translations={"nl": ["huis"]}, source="analysis")
    load_catalogue(engine.connection, folder)
    (word,) = rows(engine, "SELECT id, translations, level FROM words WHERE lemma = 'Haus'")
    assert word["id"] == known
    assert {"nl", "en"} <= word["translations"].keys()  # type: ignore[attr-defined]  # JSON


def test_a_file_with_a_mistake_is_not_loaded_by_half(engine: Engine, folder: Path) -> None:
    put(folder, "packs/catalogue/de/de-probe.yaml", PACK.replace("pos: VERB", "pos: verb"))
    with pytest.raises(CatalogueError, match="de-probe"):
        load_catalogue(engine.connection, folder)
    assert set(counts(engine).values()) == {0}


def test_the_command_loads_the_whole_catalogue_and_says_so(
    engine: Engine, clean_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], {"DATABASE_URL": clean_database}) == 0
    assert capsys.readouterr().out.startswith("50 files, 0 of them unchanged:")
    assert main([], {"DATABASE_URL": clean_database}) == 0
    assert capsys.readouterr().out == "50 files, 50 of them unchanged: 0 words and 0 sentences loaded.\n"
    assert counts(engine)["packs"] == 48


def test_the_command_says_what_is_missing(empty_database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {"DATABASE_URL": empty_database_url}) == 1
    assert "not up to date" in capsys.readouterr().err
    assert main([], {}) == 2
    assert "DATABASE_URL" in capsys.readouterr().err
    assert main([], {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}) == 1
    assert "does not answer" in capsys.readouterr().err
