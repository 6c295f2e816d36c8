"""A paid answer that is refused is named, so that a retry gets another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from shared.jobs.errors import StepError


@contextmanager
def rejecting(call: UUID) -> Iterator[None]:
    """Whatever refuses the answer inside also names the paid call."""
    try:
        yield
    except StepError as error:
        error.rejects = (*error.rejects, call)
        raise
