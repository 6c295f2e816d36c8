"""Which words are worth learning from a text."""

import pytest

from services.nlp.annotate import annotate
from services.nlp.pipelines import pipeline_for
from services.nlp.useful_words import MOST, useful_words
from shared.articles.model import Level, Sentence, Token
from shared.lexicon.bands import band_of


def word(lemma: str, zipf: float = 4.0, pos: str = "NOUN") -> Token:
    band = band_of(zipf)
    return Token(start=0, end=1, text=lemma, lemma=lemma, pos=pos, pos_source="model", zipf=zipf, band=band)


def ranked(*sentences: list[Token], level: Level = "A2") -> list[str]:
    numbered = [
        Sentence(index=index, paragraph=0, start=0, end=1, text="", tokens=tokens)
        for index, tokens in enumerate(sentences)
    ]
    return [word.lemma for word in useful_words(numbered, level)]


def test_a_word_of_the_level_is_not_worth_learning() -> None:
    assert ranked([word("house", 5.0), word("market", 4.9)]) == ["market"]


def test_a_higher_level_knows_more_words() -> None:
    text = [word("market", 4.9), word("lighthouse", 3.0)]
    assert ranked(text, level="B1") == ["lighthouse"]


def test_the_rarer_word_comes_first_and_then_the_one_that_occurs_more_often() -> None:
    assert ranked([word("aa", 4.5), word("bb", 3.5), word("cc", 4.4)], [word("cc", 4.4)]) == ["bb", "cc", "aa"]


def test_beyond_a_point_rarity_counts_no_more_than_occurrences() -> None:
    assert ranked([word("very-rare", 1.0), word("rare", 3.8)], [word("rare", 3.8)]) == ["rare", "very-rare"]


def test_a_word_that_no_list_knows_comes_late() -> None:
    assert ranked([word("zxqv", 0.0), word("rare", 4.0)]) == ["rare", "zxqv"]


@pytest.mark.parametrize("pos", ["PROPN", "NUM", "DET", "AUX", "PUNCT", "X"])
def test_names_and_function_words_are_left_out(pos: str) -> None:
    assert ranked([word("rare", 3.0, pos)]) == []


@pytest.mark.parametrize("lemma", ["etc.", "a", "8h", "n.º"])
def test_abbreviations_and_single_letters_are_left_out(lemma: str) -> None:
    assert ranked([word(lemma, 3.0)]) == []


def test_a_japanese_word_may_be_a_single_sign() -> None:
    assert ranked([word("犬", 4.0)]) == ["犬"]


def test_each_lemma_comes_once_with_its_occurrences_and_first_sentence() -> None:
    text = "Das Haus ist alt. Der Leuchtturm leuchtet. Viele Leuchttürme sind alt."
    words = annotate(text, "A2", pipeline_for("de")).useful_words
    found = [(word.lemma, word.occurrences, word.sentence) for word in words if word.lemma == "Leuchtturm"]
    assert found == [("Leuchtturm", 2, 1)]


def test_german_names_are_left_out() -> None:
    words = annotate("Jonas wohnt bei Eleni in Griechenland.", "A1", pipeline_for("de")).useful_words
    assert {"Jonas", "Eleni", "Griechenland"}.isdisjoint(word.lemma for word in words)


def test_there_are_at_most_fifty() -> None:
    lemmas = [f"{first}{second}" for first in "abcdefgh" for second in "stuvwxyz"]
    assert len(ranked([word(lemma) for lemma in lemmas])) == MOST


def test_the_reading_is_the_lemmas_and_not_that_of_an_inflected_form() -> None:
    (only,) = useful_words(annotate("数えました。", "A2", pipeline_for("ja")).sentences, "A2")
    assert (only.lemma, only.reading) == ("数える", None)
    both = useful_words(annotate("数えました。数えるのです。", "A2", pipeline_for("ja")).sentences, "A2")
    assert [(word.lemma, word.reading) for word in both] == [("数える", "かぞえる")]
