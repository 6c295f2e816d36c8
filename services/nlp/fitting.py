"""FSRS's optimizer, which is an optional extra: it brings torch, and no other part of this service needs that."""

from collections.abc import Sequence
from uuid import UUID

from fsrs import Optimizer, Rating, ReviewLog

from shared.jobs.errors import PermanentError
from shared.learning.fitting import LEAST_REVIEWS, Answered


def require_enough(answers: Sequence[Answered]) -> None:
    """There is enough to fit to.

    Raises:
        PermanentError: ``too_few_reviews``.
    """
    if len(answers) < LEAST_REVIEWS:
        code = "too_few_reviews"
        raise PermanentError(
            code, f"{LEAST_REVIEWS} reviews are needed to fit the scheduler; {len(answers)} are there."
        )


def optimised(answers: Sequence[Answered]) -> tuple[float, ...]:
    """FSRS-6's 21 weights that predict these answers best. Takes seconds to minutes and cannot be interrupted.

    Raises:
        PermanentError: ``optimizer_not_installed``.
    """
    numbers: dict[UUID, int] = {}
    logs = [
        ReviewLog(
            card_id=numbers.setdefault(answer.card_id, len(numbers)),
            rating=Rating(answer.rating),
            review_datetime=answer.reviewed_at,
            review_duration=None,
        )
        for answer in answers
    ]
    try:
        optimizer = Optimizer(logs)
    except ImportError as error:
        code = "optimizer_not_installed"
        raise PermanentError(
            code, "This installation cannot fit schedulers: the optimizer is not installed."
        ) from error
    return tuple(float(weight) for weight in optimizer.compute_optimal_parameters())
