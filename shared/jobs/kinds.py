"""The kinds of job: which steps a job has, who owns each, and what each needs.

A job's steps are fixed when it is created; later transitions read the rows and never this file, so that a
rolling deploy may change it.
"""

from collections.abc import Mapping
from uuid import UUID

import msgspec

SERVICES = ("generation", "tts", "stt", "nlp")
MAX_STEPS = 200
MAX_CRASHES = 3  # the third crash of a step is its last: it is poison
SYSTEM_OWNER = UUID(int=0)
"""Who owns periodic jobs."""


def queue_of(service: str, *, bulk: bool) -> str:
    """The queue on which a service is woken: its name, and `.bulk` behind it for batch work."""
    return f"{service}.bulk" if bulk else service


def both_queues(service: str) -> list[str]:
    """A service's two queues, in the order in which a worker reads them."""
    return [queue_of(service, bulk=False), queue_of(service, bulk=True)]


QUEUES = [queue for service in SERVICES for queue in both_queues(service)]


class StepSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of work of a job, owned by one service."""

    service: str
    name: str
    """`verb_noun`, unique in its job; the Celery task is `service.name`."""
    needs: tuple[str, ...] = ()
    optional: bool = False
    timeout_s: float = 300.0
    max_failures: int = 4
    cost: float = 1.0
    """Weight in the virtual finish time: how much of an owner's share the step takes."""

    @property
    def task(self) -> str:
        """The Celery task's name."""
        return f"{self.service}.{self.name}"


class KindError(ValueError):
    """A kind's steps contradict each other."""


def checked(steps: tuple[StepSpec, ...]) -> tuple[StepSpec, ...]:
    """The steps, if they make a job that can end.

    Raises:
        KindError: Too many steps, a name twice, an unknown service, a need that does not stand before its step
            (which also rules out circles), or a required step that needs an optional one.
    """
    seen: dict[str, StepSpec] = {}
    if not 1 <= len(steps) <= MAX_STEPS:
        message = f"a job has 1 to {MAX_STEPS} steps, not {len(steps)}"
        raise KindError(message)
    for step in steps:
        if step.service not in SERVICES or step.name in seen:
            message = f"step {step.name}: unknown service or name used twice"
            raise KindError(message)
        for need in step.needs:
            if need not in seen:
                message = f"step {step.name} needs {need}, which does not stand before it"
                raise KindError(message)
            if seen[need].optional and not step.optional:
                message = f"step {step.name} is required but needs the optional step {need}"
                raise KindError(message)
        seen[step.name] = step
    return steps


WRITE_ARTICLE = "write_article"
SWEEP_OBJECTS = "sweep_objects"


def article_steps(*, translate: bool, narrate: bool, align: bool) -> tuple[StepSpec, ...]:
    """The steps of a `write_article` job: the text first, then what is to be made from it.

    Only what is narrated can be aligned.
    """
    steps = [
        StepSpec(service="generation", name="write_text", timeout_s=300.0),
        StepSpec(service="nlp", name="annotate_text", needs=("write_text",), timeout_s=180.0),
    ]
    if translate:
        steps.append(StepSpec(service="nlp", name="translate_text", needs=("annotate_text",), optional=True))
    if narrate:
        steps.append(
            StepSpec(service="tts", name="narrate_text", needs=("write_text",), optional=True, timeout_s=900.0)
        )
    if narrate and align:
        needs = ("annotate_text", "narrate_text")
        steps.append(StepSpec(service="stt", name="align_audio", needs=needs, optional=True))
    return tuple(steps)


ALL_STEPS: Mapping[str, tuple[StepSpec, ...]] = {
    WRITE_ARTICLE: article_steps(translate=True, narrate=True, align=True),
    # Deletes objects that no row points to.
    SWEEP_OBJECTS: (StepSpec(service="tts", name="sweep_objects", timeout_s=1800.0),),
}
"""The largest set of steps of each kind: what the workers together must be able to perform."""
