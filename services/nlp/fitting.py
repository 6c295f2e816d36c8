"""FSRS's optimizer, which is an optional extra: it brings torch, and no other part of this service needs that.

`fsrs.Optimizer` is looked up when it is needed and not when this is imported: only then does `fsrs` import torch, which
takes seconds and 600 MB (measured with torch 2.15) that a process which fits nobody does without.
"""

from collections.abc import Sequence
from uuid import UUID

import fsrs
from fsrs import Rating, ReviewLog

from shared.jobs.errors import PermanentError
from shared.learning.fitting import Answered, too_few


def require_enough(reviews: int) -> None:
    """So many reviews that tell something are enough to fit to.

    Raises:
        PermanentError: ``too_few_reviews``.
    """
    reason = too_few(reviews)
    if reason is not None:
        code = "too_few_reviews"
        raise PermanentError(code, reason)


def optimised(answers: Sequence[Answered]) -> tuple[float, ...]:
    """FSRS-6's 21 weights that predict these answers best. Cannot be interrupted.

    Takes about four seconds a thousand answers, and 900 MB however many (measured with up to 20 000).

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
        optimizer = fsrs.Optimizer(logs)
    except ImportError as error:
        code = "optimizer_not_installed"
        raise PermanentError(
            code, "This installation cannot fit schedulers: the optimizer is not installed."
        ) from error
    return tuple(float(weight) for weight in optimizer.compute_optimal_parameters())
