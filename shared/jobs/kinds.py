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
ANALYSE_WORD = "analyse_word"
DETECT_WORDS = "detect_words"
FIT_SCHEDULER = "fit_scheduler"
ENRICH_LEXICON = "enrich_lexicon"
SPEAK_SENTENCE = "speak_sentence"
SWEEP_OBJECTS = "sweep_objects"
PREVIEW_IMPORT = "preview_import"
IMPORT_WORDS = "import_words"
IMPORT_DECK = "import_deck"
IMPORT_SENTENCES = "import_sentences"
EXPORT_LEARNER = "export_learner"
TRANSFERS = (PREVIEW_IMPORT, IMPORT_WORDS, IMPORT_DECK, IMPORT_SENTENCES, EXPORT_LEARNER)
"""What goes in and out of a learner's account: each has one step of its own name."""


def article_steps(*, translate: bool, narrate: bool, align: bool, for_learner: bool = False) -> tuple[StepSpec, ...]:
    """The steps of a `write_article` job: the text first, then what is to be made from it.

    Only what is narrated can be aligned. A text for one learner is measured against what that learner knows, and
    written once more if it is too hard, before anything is made from it.
    """
    steps = [StepSpec(service="generation", name="write_text", timeout_s=300.0)]
    if for_learner:
        steps.append(StepSpec(service="nlp", name="measure_words", needs=("write_text",), timeout_s=180.0))
        steps.append(StepSpec(service="generation", name="revise_text", needs=("measure_words",), timeout_s=300.0))
    text = steps[-1].name
    steps.append(StepSpec(service="nlp", name="annotate_text", needs=(text,), timeout_s=180.0))
    if translate:
        steps.append(StepSpec(service="nlp", name="translate_text", needs=("annotate_text",), optional=True))
    if narrate:
        steps.append(StepSpec(service="tts", name="narrate_text", needs=(text,), optional=True, timeout_s=900.0))
    if narrate and align:
        needs = ("annotate_text", "narrate_text")
        steps.append(StepSpec(service="stt", name="align_audio", needs=needs, optional=True))
    return tuple(steps)


ALL_STEPS: Mapping[str, tuple[StepSpec, ...]] = {
    WRITE_ARTICLE: article_steps(translate=True, narrate=True, align=True, for_learner=True),
    # Looks a word up for the lexicon.
    ANALYSE_WORD: (StepSpec(service="generation", name="analyse_word", timeout_s=120.0),),
    # Finds the words of a text that are worth learning.
    DETECT_WORDS: (StepSpec(service="nlp", name="detect_words", timeout_s=180.0),),
    # Fits the scheduler's parameters to a learner's reviews.
    FIT_SCHEDULER: (StepSpec(service="nlp", name="fit_scheduler", timeout_s=1800.0, max_failures=2),),
    # Looks up how frequent new words are, and how Japanese sentences are read.
    ENRICH_LEXICON: (StepSpec(service="nlp", name="enrich_lexicon", timeout_s=1800.0),),
    # Speaks a sentence of the lexicon.
    SPEAK_SENTENCE: (StepSpec(service="tts", name="speak_sentence"),),
    # Deletes objects that no row points to.
    SWEEP_OBJECTS: (StepSpec(service="tts", name="sweep_objects", timeout_s=1800.0),),
    # Reads a file that somebody brought, or packs what somebody owns.
    **{kind: (StepSpec(service="nlp", name=kind, timeout_s=3600.0),) for kind in TRANSFERS},
}
"""The largest set of steps of each kind: what the workers together must be able to perform."""
