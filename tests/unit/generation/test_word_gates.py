from collections.abc import Callable

import msgspec
import pytest

from services.generation.ports import Answer
from services.generation.word_gates import LONGEST_NAME, MOST_SENSES, Entry, Form, Sample, finished_entry, lexicon_words
from shared.jobs.errors import PermanentError, StepError, TransientError
from tests.support.analysed import BANK, entry, sense


def german(_: str) -> str:
    return "de"


def refusal(bad: Entry, identify: Callable[[str], str] = german) -> StepError:
    with pytest.raises(StepError) as caught:
        lexicon_words(bad, BANK, identify)
    return caught.value


def test_a_sound_entry_becomes_a_word_of_the_lexicon() -> None:
    (found,) = lexicon_words(entry(), BANK, german)
    assert (found.word.language, found.word.lemma, found.word.pos, found.word.article) == ("de", "Bank", "NOUN", "die")
    assert (found.word.plural, found.word.forms, found.word.source) == ("Bänke", {"genitive": "Bank"}, "analysis")
    assert found.word.translations == {"en": ["bench"]}
    assert found.word.examples[0].translations == {"en": "The bench is in the park."}
    assert found.usage == "Feminine."


def test_the_lemma_is_stored_as_it_was_asked_for() -> None:
    (found,) = lexicon_words(entry(lemma="bank"), BANK, german)
    assert found.word.lemma == "Bank"


def test_invisible_characters_and_line_ends_are_gone() -> None:
    (found,) = lexicon_words(entry(sense("", "  a\x00\nbench\u200b ")), BANK, german)
    assert found.word.translations == {"en": ["a bench"]}


def test_what_is_no_word_is_refused_for_good() -> None:
    error = refusal(entry(is_word=False, senses=[]))
    assert isinstance(error, PermanentError)
    assert error.code == "input_invalid"


@pytest.mark.parametrize(
    "bad",
    [
        entry(lemma="Banane"),
        entry(senses=[]),
        entry(*(sense(str(number)) for number in range(MOST_SENSES + 1))),
        entry(sense("seat"), sense("seat", "bank")),
        entry(sense(translations=[])),
        entry(sense(translations=["bench"] * 9)),
        entry(sense("", " ")),
        entry(sense("", "b" * (LONGEST_NAME + 1))),
        entry(sense(examples=[])),
        entry(sense(examples=[Sample(text="Die Bank.", translation="")])),
        entry(sense(forms=[Form(name="", form="Bank")])),
        entry(sense(usage="u" * 401)),
    ],
)
def test_an_entry_that_cannot_be_used_is_worth_another(bad: Entry) -> None:
    error = refusal(bad)
    assert isinstance(error, TransientError)
    assert error.code == "provider_bad_response"


def test_an_entry_for_another_language_is_refused() -> None:
    assert refusal(entry(language="nl")).code == "output_wrong_language"


def test_examples_in_another_language_are_refused() -> None:
    samples = [Sample(text="The wooden bench stands in the middle of the old park.", translation="The bench.")]
    assert refusal(entry(sense(examples=samples)), lambda _: "en").code == "output_wrong_language"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(ending="refused", text=""), "output_refused"),
        (Answer(ending="truncated", text=msgspec.json.encode(entry()).decode()), "output_truncated"),
        (Answer(ending="finished", text='{"language": "de"}'), "output_truncated"),
        (Answer(ending="finished", text="Sure!"), "output_truncated"),
    ],
)
def test_an_answer_that_is_no_entry_says_why(answer: Answer, code: str) -> None:
    with pytest.raises(StepError) as caught:
        finished_entry(answer)
    assert caught.value.code == code


def test_a_finished_answer_is_read() -> None:
    whole = entry(sense("seat"), sense("money", "bank"))
    assert finished_entry(Answer(ending="finished", text=msgspec.json.encode(whole).decode())) == whole
