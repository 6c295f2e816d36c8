"""The level profile: shares, means, and the estimate."""

import pytest

from services.nlp.profile import LEVELS, grade, profile_of
from shared.articles.model import Band, Sentence, Token


def word(text: str, zipf: float | None, pos: str = "NOUN") -> Token:
    bands: list[tuple[float, Band]] = [(5, "5+"), (4, "4-5"), (3, "3-4"), (0, "0-3")]
    band = None if zipf is None else next(band for least, band in bands if zipf >= least)
    return Token(start=0, end=1, text=text, lemma=text, pos=pos, pos_source="model", zipf=zipf, band=band)


def sentence(*tokens: Token) -> Sentence:
    return Sentence(index=0, paragraph=0, start=0, end=1, text="", tokens=list(tokens))


def shares(rare: float) -> dict[Band, float]:
    return {"5+": 1 - rare, "4-5": 0.0, "3-4": rare, "0-3": 0.0}


def test_shares_are_of_content_words_and_sum_to_one() -> None:
    words = [word("a", 5.0), word("b", 4.9), word("c", 3.0), word("d", 0.0), word("the", 7.0, "DET")]
    profile = profile_of([sentence(*words)], "en")
    assert profile.band_shares == {"5+": 0.25, "4-5": 0.25, "3-4": 0.25, "0-3": 0.25}


def test_means_are_of_words_without_punctuation() -> None:
    stop = word(".", None, "PUNCT")
    profile = profile_of([sentence(word("A", 5), word("b", 5), stop), sentence(word("a", 5), word("c", 5), stop)], "en")
    assert (profile.words, profile.sentences, profile.mean_sentence_words) == (4, 2, 2.0)
    assert profile.type_token_ratio == 0.75


def test_an_elided_article_makes_a_sentence_no_longer() -> None:
    profile = profile_of([sentence(word("l'", 7, "DET"), word("eau", 5))], "fr")
    assert profile.words == 1


def test_a_text_without_words_has_no_shares() -> None:
    profile = profile_of([], "en")
    assert (profile.estimated_level, profile.words, sum(profile.band_shares.values())) == ("A1", 0, 0.0)


@pytest.mark.parametrize(
    ("rare", "words", "level"),
    [(0.0, 5, "A1"), (0.05, 10, "A2"), (0.12, 15, "B1"), (0.2, 18, "B2"), (0.3, 22, "C1"), (0.6, 40, "C2")],
)
def test_rarer_words_in_longer_sentences_are_a_higher_level(rare: float, words: float, level: str) -> None:
    assert LEVELS[round(grade(shares(rare), words, "de"))] == level


def test_japanese_sentences_count_by_their_words_without_particles() -> None:
    assert grade(shares(0.1), 16.0, "ja") == grade(shares(0.1), 10.0, "en")


def test_the_grade_never_falls_when_a_text_gets_harder() -> None:
    grades = [grade(shares(step / 100), step / 2, "en") for step in range(60)]
    assert grades == sorted(grades)
    assert (grades[0], grades[-1]) == (0.0, 5.0)
