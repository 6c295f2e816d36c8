from pathlib import Path

import pytest

from services.sandbox.lexicon import Lexicon
from services.sandbox.text_bank import TextBank
from services.sandbox.words import WordPrompt, entry, read_word_prompt

FOLDER = Path(__file__).parents[3] / "services" / "sandbox" / "bank"
BANK, LEXICON = TextBank(FOLDER), Lexicon(FOLDER / "lexicon.json")


def asked(lemma: str, **changes: str) -> WordPrompt:
    return WordPrompt(**({"language": "de", "lemma": lemma, "native_language": "en"} | changes))


def test_a_word_of_the_lexicon_is_translated() -> None:
    found = entry(asked("Markt"), BANK, LEXICON)
    assert (found["language"], found["lemma"], found["is_word"]) == ("de", "Markt", True)
    (sense,) = found["senses"]
    assert sense["translations"] == ["market"]
    assert "Markt" in sense["examples"][0]["text"]
    assert "market" in sense["examples"][0]["translation"].casefold()


def test_an_unknown_word_is_openly_the_sandboxs() -> None:
    (sense,) = entry(asked("Xylograf"), BANK, LEXICON)["senses"]
    assert sense["translations"] == ["sandbox: Xylograf"]
    assert sense["examples"] == [{"text": "sandbox: Xylograf", "translation": "sandbox: Xylograf"}]


def test_japanese_is_searched() -> None:
    (sense,) = entry(asked("市場", language="ja"), BANK, LEXICON)["senses"]
    assert "市場" in sense["examples"][0]["text"]


def test_what_has_no_letters_is_no_word() -> None:
    found = entry(asked("12 !"), BANK, LEXICON)
    assert (found["is_word"], found["senses"]) == (False, [])


@pytest.mark.parametrize(
    ("known", "expected"), [("NOUN: seat\nVERB: x", ("NOUN", "seat")), ("NOUN: ", ("NOUN", "")), ("", ("X", ""))]
)
def test_a_known_meaning_keeps_its_name(known: str, expected: tuple[str, str]) -> None:
    (sense,) = entry(asked("Markt", known_senses=known), BANK, LEXICON)["senses"]
    assert (sense["pos"], sense["sense"]) == expected


def test_the_prompt_is_read_from_its_tags() -> None:
    text = "<language>de</language>\n<lemma>A&amp;B</lemma>\n<native_language>en</native_language>"
    assert read_word_prompt(text) == asked("A&B")
    assert read_word_prompt("<language>de</language><topic>x</topic>") is None
