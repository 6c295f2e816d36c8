"""How looked-up meanings fit those that the lexicon has."""

from shared.lexicon.analysis import AnalysedWord, fitted
from shared.lexicon.model import NewWord, PartOfSpeech


def found(sense: str, pos: PartOfSpeech = "NOUN") -> AnalysedWord:
    return AnalysedWord(word=NewWord(language="de", lemma="Bank", pos=pos, sense=sense, source="analysis"), usage="")


def names(placed: list[AnalysedWord]) -> list[tuple[str, str]]:
    return [(each.word.pos, each.word.sense) for each in placed]


def test_new_meanings_keep_their_names() -> None:
    assert names(fitted([found("seat"), found("money")], {})) == [("NOUN", "seat"), ("NOUN", "money")]


def test_the_only_meaning_has_no_name() -> None:
    assert names(fitted([found("seat")], {})) == [("NOUN", "")]


def test_the_only_meaning_completes_the_only_one_whatever_its_name() -> None:
    assert names(fitted([found("seat")], {"NOUN": ["bench"]})) == [("NOUN", "bench")]


def test_of_several_only_those_with_a_known_name_are_completed() -> None:
    assert names(fitted([found("seat"), found("shop")], {"NOUN": ["seat", "money"]})) == [("NOUN", "seat")]


def test_if_no_name_fits_all_are_added() -> None:
    placed = fitted([found("seat"), found("money")], {"NOUN": [""]})
    assert names(placed) == [("NOUN", "seat"), ("NOUN", "money")]


def test_parts_of_speech_are_judged_by_themselves() -> None:
    placed = fitted([found("seat"), found("to bank", "VERB")], {"NOUN": ["seat", "money"]})
    assert names(placed) == [("NOUN", "seat"), ("VERB", "")]
