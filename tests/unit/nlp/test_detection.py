from uuid import UUID

import msgspec

from services.nlp.annotate import annotate
from services.nlp.detection import LONGEST_LEMMA, LONGEST_SENTENCE, MOST, candidates, detected
from services.nlp.pipelines import pipeline_for
from shared.articles.model import Sentence, Token, UsefulWord

TEXT = "Die Großmutter besucht den Leuchtturm. Der Leuchtturm ist alt. Das Haus ist neu."
SENTENCES = annotate(TEXT, "A2", pipeline_for("de")).sentences


def sentence(*lemmas: str, zipf: float = 3.5) -> Sentence:
    tokens = [
        Token(start=0, end=1, text=lemma, lemma=lemma, pos="NOUN", pos_source="hanta", zipf=zipf) for lemma in lemmas
    ]
    return Sentence(index=0, paragraph=0, start=0, end=1, text="x" * 500, tokens=tokens)


def test_words_beyond_the_level_are_found_with_the_reason() -> None:
    found = detected(candidates(SENTENCES, "A2", ()), SENTENCES, "A2", {"leuchtturm": [UUID(int=1)]})
    reasons = {word.lemma: (word.reason, word.occurrences, word.sentence) for word in found}
    assert reasons["Leuchtturm"] == ("repeated", 2, "Die Großmutter besucht den Leuchtturm.")
    assert "Haus" not in reasons
    assert {word.lemma: word.word_ids for word in found}["Leuchtturm"] == [UUID(int=1)]


def test_how_far_a_word_lies_beyond_the_level_is_told() -> None:
    near, far = sentence("nah", zipf=4.0), sentence("fern", zipf=3.9)
    assert [word.reason for word in detected(candidates([near], "A2", ()), [near], "A2", {})] == ["within_reach"]
    assert [word.reason for word in detected(candidates([far], "A2", ()), [far], "A2", {})] == ["rare"]


def test_words_of_the_bank_are_left_out() -> None:
    assert "Leuchtturm" not in [word.lemma for word in candidates(SENTENCES, "A2", {"leuchtturm"})]


def test_there_are_not_too_many_and_none_too_long() -> None:
    text = [sentence(*(f"wort{'a' * number}" for number in range(MOST + 60)))]
    found = detected(candidates(text, "A2", ()), text, "A2", {})
    assert len(found) == MOST
    assert max(len(word.lemma) for word in found) <= 40
    assert {len(word.sentence) for word in found} == {LONGEST_SENTENCE}
    assert candidates([sentence("w" * 41)], "A2", ()) == []


def test_only_a_few_meanings_of_a_word_are_shown() -> None:
    text = [sentence("Zug")]
    (word,) = detected(candidates(text, "A2", ()), text, "A2", {"zug": [UUID(int=number) for number in range(9)]})
    assert word.word_ids == [UUID(int=number) for number in range(3)]


def test_the_longest_result_fits_a_steps_output() -> None:
    text = [msgspec.structs.replace(sentence("x"), text="\x01" * 500)]
    words = [
        UsefulWord(lemma="\U00020000" * LONGEST_LEMMA, pos="NOUN", band="0-3", zipf=0.0, occurrences=99, sentence=0)
        for _ in range(MOST)
    ]
    ids = {words[0].lemma: [UUID(int=2**127)] * 9}
    assert len(msgspec.json.encode(detected(words, text, "A1", ids))) < 15_800
