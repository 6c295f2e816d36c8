"""The catalogue itself: whole, of its languages and levels, and as large as was promised."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from services.api.catalogue.loading import API
from services.api.catalogue.model import (
    CatalogueError,
    CataloguePack,
    CatalogueSentences,
    read_pack,
    read_sentences,
)
from shared.languages import LANGUAGES

PACK = """
pack: de-probe
language: de
level: A1
title: {en: A sample, de: Eine Probe}
description: {en: One word., de: Ein Wort.}
words:
  - lemma: Haus
    pos: NOUN
    article: das
    translations: {en: [house], es: [casa], fr: [maison], it: [casa], pt: [casa], ja: [家]}
    example: Das Haus ist groß.
    example_translation: {en: The house is big.}
"""
SENTENCES = """
language: de
sentences:
  - id: de-0001
    text: Guten Morgen!
    level: A1
    tags: [greeting]
    translations: {en: Good morning!, es: ¡Hola!, fr: Bonjour !, it: Buongiorno!, pt: Bom dia!, ja: おはよう。}
"""


def files(kind: str, language: str = "*") -> list[Path]:
    return sorted(API.glob(f"{kind}/catalogue/{language}/*.yaml" if kind == "packs" else f"{kind}/catalogue/*.yaml"))


@cache
def packs(language: str) -> list[CataloguePack]:
    return [read_pack(path.read_text(), path.stem) for path in files("packs", language)]


@cache
def sentences(language: str) -> CatalogueSentences:
    path = API / "sentences" / "catalogue" / f"{language}.yaml"
    return read_sentences(path.read_text(), path.stem)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_as_many_words_and_packs_as_promised(language: str) -> None:
    words, number = (300, 12) if language == "de" else (150, 6)
    assert len(packs(language)) >= number
    assert sum(len(pack.words) for pack in packs(language)) >= words
    assert {pack.level for pack in packs(language)} == {"A1", "A2", "B1"}
    assert {pack.language for pack in packs(language)} == {language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_meaning_and_no_example_stands_in_a_language_twice(language: str) -> None:
    words = [word for pack in packs(language) for word in pack.words]
    meanings = Counter((word.lemma, word.pos, word.sense) for word in words)
    examples = Counter(word.example for word in words)
    assert [twice for twice, times in (meanings + examples).items() if times > 1] == []


@pytest.mark.parametrize("language", ["de", "ja"])
def test_there_are_two_hundred_sentences_none_of_them_twice(language: str) -> None:
    texts = [sentence.text for sentence in sentences(language).sentences]
    assert len(texts) == len(set(texts)) >= 200
    assert sentences(language).language == language


def test_a_sound_file_is_read() -> None:
    assert [word.lemma for word in read_pack(PACK, "de-probe").words] == ["Haus"]
    assert [sentence.id for sentence in read_sentences(SENTENCES, "de").sentences] == ["de-0001"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pack: de-probe", "pack: de-andere"),
        ("language: de", "language: fr"),
        ("level: A1", "level: C1"),
        ("title: {en: A sample, de: Eine Probe}", "title: {en: A sample}"),
        ("pos: NOUN", "pos: Nomen"),
        ("article: das", "article: den"),
        (", ja: [家]", ""),
        ("example_translation: {en:", "example_translation: {fr:"),
        ("    example: ", "    beispiel: "),
        ("words:", "words: ["),
    ],
)
def test_a_pack_with_a_mistake_is_refused_by_name(old: str, new: str) -> None:
    assert old in PACK
    with pytest.raises(CatalogueError, match="de-probe"):
        read_pack(PACK.replace(old, new, 1), "de-probe")


def test_a_meaning_that_stands_in_a_pack_twice_is_refused() -> None:
    word = PACK.partition("words:\n")[2]
    with pytest.raises(CatalogueError, match="twice"):
        read_pack(PACK + word, "de-probe")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: de-0001", "id: fr-0001"),
        (", ja: おはよう。", ""),
        ("tags: [greeting]", "tags: []"),
        ("level: A1", "level: X"),
    ],
)
def test_sentences_with_a_mistake_are_refused_by_name(old: str, new: str) -> None:
    with pytest.raises(CatalogueError, match="de"):
        read_sentences(SENTENCES.replace(old, new, 1), "de")


def test_an_id_that_stands_in_it_twice_is_refused() -> None:
    with pytest.raises(CatalogueError, match="twice"):
        read_sentences(SENTENCES + SENTENCES.partition("sentences:\n")[2], "de")


def test_a_japanese_word_needs_its_reading() -> None:
    japanese = (
        PACK.replace("de-probe", "ja-probe").replace("language: de", "language: ja").replace("    article: das\n", "")
    )
    japanese = japanese.replace("de: Eine", "ja: Eine").replace("de: Ein", "ja: Ein").replace("ja: [家]", "de: [Haus]")
    with pytest.raises(CatalogueError, match="reading"):
        read_pack(japanese, "ja-probe")
    assert read_pack(japanese.replace("pos: NOUN", "pos: NOUN\n    reading: いえ"), "ja-probe").language == "ja"
