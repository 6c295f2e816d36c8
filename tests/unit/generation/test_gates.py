import msgspec
import pytest

from services.generation import gates
from services.generation.gates import Draft
from services.generation.ports import Answer
from shared.jobs.errors import PermanentError, TransientError

GERMAN = "Im Hafen liegen viele Schiffe, und jeden Morgen kommen die Fischer mit ihrem Fang zurück."


def answer(ending: str = "finished", text: str = '{"title":"Der Hafen","paragraphs":["Es regnet."]}') -> Answer:
    return msgspec.convert({"ending": ending, "text": text}, Answer)


def test_finished_answer_is_read_as_the_draft_it_holds() -> None:
    assert gates.finished_draft(answer()) == Draft(title="Der Hafen", paragraphs=["Es regnet."])


def test_refusal_is_permanent() -> None:
    with pytest.raises(PermanentError) as refused:
        gates.finished_draft(answer("refused", ""))
    assert refused.value.code == "output_refused"


def test_cut_off_answer_is_truncated_even_if_its_json_is_whole() -> None:
    with pytest.raises(TransientError) as cut:
        gates.finished_draft(answer("truncated"))
    assert cut.value.code == "output_truncated"


@pytest.mark.parametrize(
    "text",
    ['{"title":"Der Ha', "", "Here is your article.", '{"title":"x"}', '{"title":"x","paragraphs":"y"}', '{"title":1}'],
)
def test_answer_that_is_no_document_of_the_schema_is_truncated(text: str) -> None:
    with pytest.raises(TransientError) as cut:
        gates.finished_draft(answer(text=text))
    assert cut.value.code == "output_truncated"


@pytest.mark.parametrize(
    ("language", "raw", "expected"),
    [
        ("de", "  Es\tregnet.\n", "Es regnet."),
        ("de", "Es regnet.\n\nDie Sonne\r\nscheint.", "Es regnet. Die Sonne scheint."),
        ("de", "Ku\u0308che", "Küche"),
        ("de", "Es\x00 reg\u00adnet\ufeff.\u202e", "Es regnet."),
        ("fr", "Pourquoi\u202f? Dix\u00a0ans.", "Pourquoi\u202f? Dix\u00a0ans."),
        ("ja", "今日は\n雨です。", "今日は雨です。"),
    ],
)
def test_paragraph_becomes_one_visible_line(language: str, raw: str, expected: str) -> None:
    assert gates.normalised(Draft(title="x", paragraphs=[raw]), language).paragraphs == [expected]


@pytest.mark.parametrize(
    "draft",
    [
        Draft(title=" \n", paragraphs=["Es regnet."]),
        Draft(title="Wetter", paragraphs=[]),
        Draft(title="Wetter", paragraphs=["Es regnet.", "\u200b \n"]),
    ],
)
def test_draft_without_title_or_with_an_empty_paragraph_makes_no_sense(draft: Draft) -> None:
    with pytest.raises(TransientError) as empty:
        gates.normalised(draft, "de")
    assert empty.value.code == "provider_bad_response"


@pytest.mark.parametrize(("words", "source_words"), [(60, None), (240, None), (120, 1000), (20, 40), (1, 2), (0, 0)])
def test_length_within_bounds_passes(words: int, source_words: int | None) -> None:
    gates.check_length(words, asked=120, source_words=source_words)


@pytest.mark.parametrize(("words", "source_words"), [(59, None), (241, None), (59, 1000), (19, 40), (241, 1000)])
def test_length_out_of_bounds_is_refused(words: int, source_words: int | None) -> None:
    with pytest.raises(TransientError) as refused:
        gates.check_length(words, asked=120, source_words=source_words)
    assert refused.value.code == "output_length_mismatch"


def test_text_in_another_language_is_refused() -> None:
    with pytest.raises(TransientError) as refused:
        gates.check_language(GERMAN, "fr", lambda _: "de")
    assert refused.value.code == "output_wrong_language"


def test_text_in_the_language_asked_for_passes() -> None:
    gates.check_language(GERMAN, "de", lambda _: "de")


def test_short_text_is_not_judged() -> None:
    letters = "a" * (gates.ENOUGH_LETTERS - 1)
    gates.check_language(f"{letters} 1234567890 ...", "de", lambda _: "fr")
    with pytest.raises(TransientError):
        gates.check_language(f"{letters}b", "de", lambda _: "fr")
