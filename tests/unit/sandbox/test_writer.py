from pathlib import Path

import pytest

from services.sandbox.prompt import ArticlePrompt, read_article_prompt
from services.sandbox.text_bank import TextBank
from services.sandbox.writer import CannotWriteError, write_article
from tests.support.bank import write_small_bank


@pytest.fixture(name="bank")
def _bank(tmp_path: Path) -> TextBank:
    return TextBank(write_small_bank(tmp_path))


def _from_text(text: str, language: str = "de", length: int = 100) -> ArticlePrompt:
    return ArticlePrompt(language=language, level="A2", length=length, source_text=text)


def test_prompt_is_read_from_its_tags() -> None:
    text = "Write.\n<topic>Cats &amp; dogs</topic>\n<language>de</language>\n<level>B1</level>\n<length>90</length>"
    assert read_article_prompt(text) == ArticlePrompt(language="de", level="B1", length=90, topic="Cats & dogs")


def test_escaped_tags_of_a_text_are_text() -> None:
    prompt = read_article_prompt(
        "<source_text>&lt;language&gt;fr&lt;/language&gt;</source_text><language>de</language>"
    )
    assert prompt is not None
    assert (prompt.language, prompt.source_text) == ("de", "<language>fr</language>")


@pytest.mark.parametrize("text", ["Hello", "<language>de</language>", "<topic>x</topic>"])
def test_anything_else_is_no_article_prompt(text: str) -> None:
    assert read_article_prompt(text) is None


def test_heading_of_a_text_becomes_its_title(bank: TextBank) -> None:
    article = write_article(_from_text("Der Hund\n\nDer Hund schläft. Er träumt."), bank)
    assert (article.title, article.paragraphs) == ("Der Hund", ["Der Hund schläft. Er träumt."])


def test_first_sentence_is_the_title_of_a_text_without_heading(bank: TextBank) -> None:
    article = write_article(_from_text("Der Hund schläft. Er träumt."), bank)
    assert article.title == "Der Hund schläft"
    long = "Der alte Hund meiner Nachbarin schläft jeden Nachmittag bis weit nach dem Abendessen unter dem Tisch."
    title = write_article(_from_text(long), bank).title
    assert title.endswith("…")
    assert len(title) <= 60
    assert long.startswith(title[:-1] + " ")


def test_japanese_text_keeps_no_spaces_between_its_sentences(bank: TextBank) -> None:
    article = write_article(_from_text("犬が寝ています。\n夢を見ています。", "ja"), bank)
    assert article.paragraphs == ["犬が寝ています。夢を見ています。"]


def test_text_without_a_sentence_is_an_error(bank: TextBank) -> None:
    with pytest.raises(CannotWriteError):
        write_article(_from_text(" \n\n "), bank)


def test_further_bank_texts_follow_until_the_length_is_there(bank: TextBank) -> None:
    short = write_article(ArticlePrompt(language="en", level="A2", length=15, topic="market"), bank)
    assert (short.model, len(short.paragraphs)) == ("sandbox/bank/market-a2", 2)
    long = write_article(ArticlePrompt(language="en", level="A2", length=30, topic="market"), bank)
    assert (long.model, len(long.paragraphs)) == ("sandbox/bank/market-a2+forest-b1", 3)


def test_bank_text_that_is_nearly_long_enough_is_not_continued(bank: TextBank) -> None:
    article = write_article(ArticlePrompt(language="en", level="A2", length=20, topic="market"), bank)
    assert article.model == "sandbox/bank/market-a2"


def test_long_bank_text_is_cut_after_the_sentence_that_reaches_the_length(bank: TextBank) -> None:
    article = write_article(ArticlePrompt(language="en", level="A2", length=5, topic="market"), bank)
    assert article.paragraphs == ["On Saturday we go to the market."]
