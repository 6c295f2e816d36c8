from uuid import UUID

import pytest

from services.api.quizzes.model import Question
from services.api.quizzes.scoring import is_right, score

WORD = UUID(int=1)


def gap(solution: str) -> Question:
    return Question(word_id=WORD, prompt="____", solution=solution)


@pytest.mark.parametrize(
    ("solution", "answer", "right"),
    [
        ("Haus", "Haus", True),
        ("Haus", " haus ", True),
        ("Haus", "Hau", True),
        ("Haus", "Hauus", True),
        ("Haus", "Maus", True),
        ("Haus", "Huas", True),
        ("Haus", "Hsu", False),
        ("Haus", "Mauer", False),
        ("Haus", "", False),
        ("gut", "gu", True),
        ("ja", "ja", True),
        ("ja", "j", False),
        ("ja", "na", False),
        ("é", "e\u0301", True),
        ("日本語", "日本", True),
    ],
)
def test_typed_answer_may_have_one_slip_from_three_letters_on(solution: str, answer: str, *, right: bool) -> None:
    assert is_right(gap(solution), answer) is right


def test_choice_must_be_exactly_the_right_one() -> None:
    question = Question(word_id=WORD, prompt="Haus", choices=["house", "mouse"], solution="house")
    assert [is_right(question, answer) for answer in ("house", "mouse", "hous", "House", "")] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_score_counts_right_answers() -> None:
    assert score([gap("Haus"), gap("Maus"), gap("Katze")], ["Haus", "", "katze"]) == 2


def test_answers_are_one_a_question() -> None:
    with pytest.raises(ValueError, match="zip"):
        score([gap("Haus")], [])
