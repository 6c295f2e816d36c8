"""A word with its article, in each language that is taught."""

import pytest

from shared.languages import LANGUAGES
from shared.lexicon.headwords import ARTICLES, agree, joined, parted, tidy


def test_each_language_that_is_taught_says_which_articles_it_has() -> None:
    assert set(ARTICLES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("de", "das Haus", ("das", "Haus")),
        ("de", "Eine Katze", ("eine", "Katze")),
        ("de", "the Haus", None),
        ("en", "an apple", ("an", "apple")),
        ("es", "la mano", ("la", "mano")),
        ("es", "unos zapatos", ("unos", "zapatos")),
        ("fr", "l'eau", ("l'", "eau")),
        ("fr", "L\u2019 eau", ("l\u2019", "eau")),
        ("fr", "une salle de bain", ("une", "salle de bain")),
        ("fr", "d'abord", None),
        ("it", "un'amica", ("un'", "amica")),
        ("it", "gli occhi", ("gli", "occhi")),
        ("pt", "os \u00f3culos", ("os", "\u00f3culos")),
        ("ja", "a \u732b", None),
        ("de", "das", None),
        ("fr", "l'", None),
        ("xx", "the thing", None),
    ],
)
def test_an_article_is_told_from_the_word(language: str, text: str, parts: tuple[str, str] | None) -> None:
    assert parted(language, text) == parts


@pytest.mark.parametrize(
    ("article", "shown"), [(None, "eau"), ("", "eau"), ("l'", "l'eau"), ("l\u2019", "l\u2019eau"), ("une", "une eau")]
)
def test_a_word_is_written_with_its_article_as_its_language_does(article: str | None, shown: str) -> None:
    assert joined(article, "eau") == shown


@pytest.mark.parametrize(
    ("language", "one", "other", "same"),
    [
        ("de", "der", "die", False),
        ("de", "ein", "das", True),
        ("de", "ein", "die", False),
        ("de", None, "die", True),
        ("fr", "l'", "la", True),
        ("fr", "L\u2019", "l'", True),
        ("fr", "le", "la", False),
        ("it", "lo", "un", True),
        ("de", "der/die", "der/die", True),
        ("de", "der/die", "der", False),
    ],
)
def test_two_articles_can_be_those_of_one_noun(language: str, one: str | None, other: str, *, same: bool) -> None:
    assert agree(language, one, other) is same
    assert agree(language, other, one) is same


def test_what_nobody_sees_goes_and_what_is_seen_stays() -> None:
    assert tidy(" der\u00a0 A\u0308pfel\u00adbaum\x07\ufeff\n") == "der \u00c4pfelbaum"
    assert tidy("\u200b\x00\x1f") == ""
