"""Which words are meant by what somebody wrote."""

from uuid import uuid4

import pytest

from shared.lexicon.lookup import Found, as_spelt, meant
from shared.lexicon.model import FoundWord, folded


def word(lemma: str, pos: str = "NOUN", article: str | None = None, *, own: bool = False) -> FoundWord:
    return FoundWord(id=uuid4(), lemma=lemma, pos=pos, sense="", translations={}, own=own, article=article)


def having(*words: FoundWord) -> Found:
    found: dict[str, list[FoundWord]] = {}
    for each in words:
        found.setdefault(folded(each.lemma), []).append(each)
    return found


@pytest.mark.parametrize(("text", "lemma"), [("das Haus", "Haus"), ("Haus", "Haus"), ("ein haus", "haus")])
def test_with_its_article_it_is_the_same_word(text: str, lemma: str) -> None:
    house = word("Haus", article="das")
    asked = meant("de", text, None, having(house))
    assert (asked.words, asked.lemma) == ([house], lemma)


def test_another_article_means_another_word() -> None:
    lake = word("See", article="der")
    asked = meant("de", "die See", None, having(lake))
    assert (asked.words, asked.lemma, asked.article, asked.sense) == ([], "See", "die", "")


def test_a_second_own_word_is_told_by_its_article() -> None:
    lake = word("See", "X", "der", own=True)
    assert meant("de", "die See", None, having(lake)).sense == "die"
    assert meant("de", "der See", None, having(lake)).words == [lake]
    assert meant("de", "die See", "NOUN", having(lake)).sense == "", "another part of speech tells them apart already"


def test_a_noun_whose_article_nobody_has_said_takes_any_and_a_verb_none() -> None:
    noun, verb = word("Essen"), word("essen", "VERB")
    assert meant("de", "das Essen", None, having(noun, verb)).words == [noun]
    assert meant("de", "das Essen", None, having(verb)).lemma == "Essen"


def test_a_lemma_that_begins_with_an_article_is_itself() -> None:
    most, rest = word("la plupart", "PRON"), word("plupart", "NOUN", "la")
    assert meant("fr", "la plupart", None, having(most, rest)).words == [most]


def test_what_the_lexicon_has_as_no_noun_is_not_torn_apart() -> None:
    asked = meant("en", "a few", None, having(word("few", "DET")))
    assert (asked.words, asked.lemma, asked.article) == ([], "a few", None)


@pytest.mark.parametrize("pos", ["VERB", "PHRASE"])
def test_only_a_noun_has_an_article(pos: str) -> None:
    asked = meant("pt", "a partir", pos, having(word("partir")))
    assert (asked.words, asked.lemma, asked.pos) == ([], "a partir", pos)


def test_the_part_of_speech_then_what_may_be_it_then_the_kindred_one() -> None:
    verb, unknown, noun = word("haben", "VERB"), word("haben", "X", own=True), word("haben", "NOUN")
    assert meant("de", "haben", "VERB", having(verb, unknown, noun)).words == [verb]
    assert meant("de", "haben", "AUX", having(verb, unknown)).words == [unknown]
    assert meant("de", "haben", "AUX", having(verb, noun)).words == [verb]
    assert meant("de", "haben", "ADJ", having(verb, noun)).words == []
    assert meant("de", "haben", "X", having(verb, noun)).words == [verb, noun]


def test_what_is_spelt_just_so_goes_before_what_differs_in_case() -> None:
    noun, verb = word("Essen"), word("essen", "VERB")
    assert as_spelt([noun, verb], "essen") == [verb]
    assert as_spelt([noun, verb], "ESSEN") == [noun, verb]
