"""Turns a quiz's row into what clients see: no solution before it is answered. Pure."""

import msgspec

from services.api.database import Row
from services.api.quizzes.model import Question
from services.api.quizzes.schemas import QuestionView, QuizSummary, QuizView
from services.api.quizzes.scoring import is_right

SUMMARY = ("id", "pair_id", "kind", "size", "correct", "created_at", "answered_at")

questions_of = msgspec.json.Decoder(list[Question]).decode
_answers = msgspec.json.Decoder(list[str]).decode


def quiz_summary(row: Row) -> QuizSummary:
    """A quiz in a list."""
    return QuizSummary(**{name: row[name] for name in SUMMARY})


def quiz_view(row: Row) -> QuizView:
    """A quiz with its questions."""
    questions = questions_of(row["questions"])
    if row["answers"] is None:
        views = [_open(question) for question in questions]
    else:
        pairs = zip(questions, _answers(row["answers"]), strict=True)
        views = [_answered(question, answer) for question, answer in pairs]
    return QuizView(**msgspec.structs.asdict(quiz_summary(row)), questions=views)


def _open(question: Question) -> QuestionView:
    return QuestionView(
        word_id=None,
        prompt=question.prompt,
        hint=question.hint,
        choices=question.choices,
        answer=None,
        solution=None,
        correct=None,
    )


def _answered(question: Question, answer: str) -> QuestionView:
    return QuestionView(
        word_id=question.word_id,
        prompt=question.prompt,
        hint=question.hint,
        choices=question.choices,
        answer=answer,
        solution=question.solution,
        correct=is_right(question, answer),
    )
