from pathlib import Path

import pytest

from services.sandbox.lexicon import Lexicon
from services.sandbox.text_bank import TextBank
from services.sandbox.translations import MARKER, translate
from tests.support.bank import write_small_bank


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    return write_small_bank(tmp_path)


@pytest.fixture(name="bank")
def _bank(folder: Path) -> TextBank:
    return TextBank(folder)


@pytest.mark.parametrize(
    ("topic", "nearest"),
    [
        ("ein Tag auf dem Markt", "market-a2"),
        ("SHOPPING with friends", "market-a2"),
        ("wandern", "forest-b1"),
        ("Marktplätze der Welt", "market-a2"),
        ("暗い森の話", "forest-b1"),
        ("fresh vegetables", "market-a2"),
        ("die Wälder Kanadas und ihre Vögel", "forest-b1"),
    ],
)
def test_nearest_text_is_found_by_a_topic_in_any_language(bank: TextBank, topic: str, nearest: str) -> None:
    assert bank.ranked(topic, "C2" if nearest == "market-a2" else "A1")[0].id == nearest


def test_level_decides_between_texts_that_are_equally_far(bank: TextBank) -> None:
    assert bank.ranked("quantum physics", "B2")[0].id == "forest-b1"
    assert bank.ranked("quantum physics", "A1")[0].id == "market-a2"


def test_languages_are_those_of_every_text(bank: TextBank) -> None:
    assert bank.languages == ["de", "en", "ja"]


def test_empty_bank_has_no_languages(tmp_path: Path) -> None:
    assert TextBank(tmp_path).languages == []


def test_sentence_is_found_whatever_its_spaces_and_normal_form(bank: TextBank) -> None:
    decomposed = " Meine  Mutter kauft\nfrisches Gemu\u0308se. "
    assert bank.translate(decomposed, "en", "de") == ("de", "My mother buys fresh vegetables.")
    assert bank.translate(decomposed, "en") == ("de", "My mother buys fresh vegetables.")


def test_sentence_is_no_sentence_of_another_language(bank: TextBank) -> None:
    assert bank.translate("Im Wald", "en", "ja") is None
    assert bank.translate("Im Wald", "fi", "de") is None


def test_text_of_known_and_unknown_sentences_is_not_translated(bank: TextBank, folder: Path) -> None:
    lexicon = Lexicon(folder / "lexicon.json")
    text = "Meine Mutter kauft frisches Gemüse. Das Haus ist rot."
    assert translate(text, "de", "en", bank, lexicon).text == f"{MARKER} Haus=house"


def test_gloss_shows_dictionary_forms_once_and_in_order(folder: Path) -> None:
    lexicon = Lexicon(folder / "lexicon.json")
    assert lexicon.gloss("Männer, HÄUSER und ein Mann", "de", "en") == [("Mann", "man"), ("Haus", "house")]
    assert lexicon.gloss("nichts davon", "de", "en") == []
    assert lexicon.gloss("Haus", "fi", "en") == []
