"""What annotating and translating need from outside."""

from typing import Protocol

import msgspec

from shared.articles.model import Annotation, Level
from shared.jobs.steps import Watch
from shared.ledger.ports import Reply


class Annotator(Protocol):
    """Cuts texts into sentences and words. Safe to use from many threads at once."""

    def annotate(self, text: str, language: str, level: Level, watch: Watch) -> Annotation:
        """Annotate `text`, which is in `language` and was written for `level`.

        Raises:
            TransientError: `worker_lost` (the process that does it died), `provider_timeout` (it took too long).
            StepStoppedError: `watch` said so.
        """


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences for one call, in order."""

    source: str
    """The provider's code of the language they are in."""
    target: str
    """The provider's code of the language to translate into."""
    sentences: tuple[str, ...]
    context: str
    """The text around them, which is not translated."""


class TranslatedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, before any gate looked at it: the content of a `Reply`'s body, as MessagePack."""

    sentences: list[str]


class Pairs(msgspec.Struct, frozen=True, kw_only=True):
    """Which languages a provider translates from and to, in its codes."""

    sources: frozenset[str]
    targets: frozenset[str]


class Translator(Protocol):
    """Translates sentences. Safe to use from many threads at once."""

    @property
    def provider(self) -> str:
        """The ledger's name for it."""

    @property
    def model(self) -> str:
        """The model that is asked."""

    @property
    def sandbox(self) -> bool:
        """True if no money is spent."""

    def pairs(self, *, seconds: float) -> Pairs:
        """What it can translate; asking costs nothing and is remembered for a while.

        Raises:
            TransientError: It may work later.
            PermanentError: It will not.
        """

    def translate(self, batch: Batch, *, seconds: float) -> Reply:
        """Translate a batch; the reply's body is a `TranslatedAnswer`.

        Args:
            batch: What to translate.
            seconds: The whole exchange ends within this time.

        Raises:
            TransientError: It may work later.
            PermanentError: It will not.
        """
