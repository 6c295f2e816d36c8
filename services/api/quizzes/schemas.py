"""What clients send to make and answer quizzes, and what they see of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.plain_text import PLAIN
from shared.articles.model import Level

LEAST_SIZE, MOST_SIZE = 4, 20  # questions
MOST_ANSWER = 200  # characters
Kind = Literal["multiple_choice", "fill_the_gap", "matching"]
Answer = Annotated[str, Meta(pattern=PLAIN, max_length=MOST_ANSWER)]


class QuizOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quiz to be made."""

    pair_id: Annotated[UUID, Meta(description="Of whose word bank.")]
    kind: Kind
    size: Annotated[
        int, Meta(ge=LEAST_SIZE, le=MOST_SIZE, description="Questions; fewer if the bank has not enough that fit.")
    ] = 10
    level: Annotated[Level | None, Meta(description="Only words of this level.")] = None


class QuizAnswers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the learner answers."""

    answers: Annotated[
        list[Answer],
        Meta(
            min_length=1,
            max_length=MOST_SIZE,
            description="One a question, in their order: one of its choices, or what belongs into the gap; empty for "
            "none.",
        ),
    ]


class QuizSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A quiz in a list."""

    id: UUID
    pair_id: UUID
    kind: Kind
    size: Annotated[int, Meta(description="Questions.")]
    correct: Annotated[int | None, Meta(description="Right answers; null until it is answered.")]
    created_at: datetime
    answered_at: datetime | None


class QuestionView(msgspec.Struct, frozen=True, kw_only=True):
    """A question; what was answered and what is right once it is answered."""

    word_id: Annotated[UUID | None, Meta(description="Of the word that is asked; null while that would tell.")]
    prompt: Annotated[str, Meta(description="A word, or a sentence with a gap: `____`.")]
    hint: Annotated[str, Meta(description="What the missing word means; empty where choices are given.")]
    choices: Annotated[list[str], Meta(description="What may be answered; empty if it is typed.")]
    answer: str | None
    solution: str | None
    correct: bool | None


class QuizView(QuizSummary, frozen=True, kw_only=True):
    """A quiz with its questions."""

    questions: list[QuestionView]
