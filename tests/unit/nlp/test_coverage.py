import pytest

from services.nlp.coverage import LEAST_KNOWN, MOST_NEW_WORDS, MOST_TO_AVOID, coverage, lemmas, to_avoid
from shared.articles.model import Sentence, Token
from shared.learning.model import EntryStatus


def token(lemma: str, zipf: float | None = 6.0, pos: str = "NOUN", text: str | None = None) -> Token:
    return Token(start=0, end=1, text=text or lemma, lemma=lemma, pos=pos, pos_source="hanta", zipf=zipf)


def sentences(*tokens: Token) -> list[Sentence]:
    return [Sentence(index=0, paragraph=0, start=0, end=1, text="", tokens=list(tokens))]


COMMON, RARE = token("Haus"), token("Wildwasserfahrt", 0.0)


def test_a_frequent_word_is_known_and_a_rare_one_is_new() -> None:
    found = coverage(sentences(COMMON, RARE), "A2", {}, ())
    assert (found.known_share, found.new_words, found.least_known) == (0.5, ["Wildwasserfahrt"], LEAST_KNOWN["A2"])


@pytest.mark.parametrize(("level", "known"), [("A1", 0.0), ("A2", 1.0), ("B1", 1.0)])
def test_what_is_frequent_enough_depends_on_the_level(level: str, known: float) -> None:
    share = coverage(sentences(token("Flughafen", 4.2)), level, {}, ()).known_share  # type: ignore[arg-type]
    assert share == known


@pytest.mark.parametrize(
    ("status", "known"),
    [("known", 1.0), ("learning", 1.0), ("ignored", 1.0), ("suspended", 1.0), ("new", 0.0), ("pending_sense", 0.0)],
)
def test_the_bank_decides_where_it_has_the_word(status: EntryStatus, known: float) -> None:
    for word in (COMMON, RARE):
        assert coverage(sentences(word), "A2", {word.lemma.lower(): frozenset((status,))}, ()).known_share == known


def test_one_learnt_meaning_is_enough() -> None:
    both = {"haus": frozenset[EntryStatus](("new", "known"))}
    assert coverage(sentences(COMMON), "A2", both, ()).known_share == 1.0


def test_names_numbers_and_punctuation_do_not_count_and_function_words_are_known() -> None:
    text = sentences(
        RARE,
        token("Xanten", 1.0, "PROPN"),
        token("17", 1.0, "NUM"),
        token(".", None, "PUNCT"),
        token("ob", 0.0, "SCONJ"),
    )
    assert coverage(text, "A2", {}, ()).known_share == 0.5
    assert lemmas(text) == {"wildwasserfahrt", "ob"}


def test_due_words_are_known_and_told_as_lemma_or_form() -> None:
    text = sentences(token("gehen", 0.0, "VERB", "ging"), token("Wald", 0.0, text="Wälder"))
    found = coverage(text, "A1", {}, ("Gehen", "Wälder", "Meer"))
    assert (found.due_words, found.due_words_used) == (["Gehen", "Wälder", "Meer"], ["Gehen", "Wälder"])
    assert found.new_words == ["Wald"]


def test_new_words_are_told_once_and_not_without_end() -> None:
    many = [token(f"wort{number}", 0.0) for number in range(MOST_NEW_WORDS + 5)]
    found = coverage(sentences(*many, *many), "A2", {}, ())
    assert found.new_words == [f"wort{number}" for number in range(MOST_NEW_WORDS)]


def test_nothing_is_avoided_while_the_share_is_reached() -> None:
    assert to_avoid(coverage(sentences(*[COMMON] * 9, RARE), "A2", {}, ()), ()) == []
    assert to_avoid(coverage(sentences(*[COMMON] * 8, RARE), "A2", {}, ()), ()) == ["Wildwasserfahrt"]


def test_what_was_asked_for_is_not_avoided() -> None:
    assert to_avoid(coverage(sentences(RARE), "A2", {}, ()), ("wildwasserfahrt",)) == []


def test_not_more_is_avoided_than_a_writer_can_heed() -> None:
    many = [token(f"wort{number}", 0.0) for number in range(MOST_TO_AVOID + 5)]
    assert len(to_avoid(coverage(sentences(*many), "A2", {}, ()), ())) == MOST_TO_AVOID
