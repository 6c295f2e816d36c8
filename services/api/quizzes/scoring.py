"""Whether an answer is right. Pure."""

import unicodedata

from rapidfuzz.distance import OSA

from services.api.quizzes.model import Question

FORGIVING = 3
"""Letters of a solution from which one slip of the fingers is forgiven: zeeguu's rule."""


def is_right(question: Question, answer: str) -> bool:
    """A choice must be the right one; what is typed may have one slip: a letter more, less, other, or two swapped."""
    if question.choices:
        return answer == question.solution
    typed, solution = _plain(answer), _plain(question.solution)
    slips = 1 if len(solution) >= FORGIVING else 0
    return bool(typed) and OSA.distance(typed, solution, score_cutoff=slips) <= slips


def score(questions: list[Question], answers: list[str]) -> int:
    """How many answers are right."""
    return sum(is_right(question, answer) for question, answer in zip(questions, answers, strict=True))


def _plain(text: str) -> str:
    """Composed and in lower case; neither a capital nor a space around is asked for."""
    return unicodedata.normalize("NFC", text).casefold().strip()
