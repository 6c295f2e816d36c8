"""What writing an article needs from outside: somebody who writes, pages of the web, and a judge of languages."""

from collections.abc import Callable
from typing import Any, Literal, Protocol

import msgspec

from shared.jobs.steps import Watch
from shared.ledger.ports import Reply

Hear = Callable[[str], None]
"""Gets each piece of the answer's text as it arrives."""

Identify = Callable[[str], str]
"""The ISO 639-1 code of the language that a text is most likely written in."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the writer is asked for."""

    system: str
    """Who the writer is and which rules hold."""
    user: str
    """The task itself; whatever learners gave stands in it as data."""
    schema: dict[str, Any]
    """JSON schema of the answer."""
    max_tokens: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, before any gate looked at it."""

    ending: Literal["finished", "truncated", "refused"]
    text: str
    """JSON of the order's schema if it is finished; anything else otherwise."""


class Writer(Protocol):
    """Somebody who writes texts for money."""

    @property
    def model(self) -> str:
        """The model that is asked."""

    def request(self, order: Order) -> bytes:
        """Everything that determines the answer, in one canonical form."""

    def write(self, order: Order, watch: Watch, hear: Hear) -> Reply:
        """Have it written, within what `watch` leaves; units are `input_tokens` and `output_tokens`.

        Raises:
            TransientError: The provider throttles, is out of reach, too slow or answers nonsense.
            PermanentError: It will never answer this.
            StepStoppedError: The step must stop.
        """

    def answer(self, reply: Reply) -> Answer:
        """Read a reply, new or remembered.

        Raises:
            TransientError: ``provider_bad_response``, it is none of this writer's.
        """


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The readable part of a page of the web."""

    url: str
    """Where it was found in the end, after redirects."""
    title: str | None
    text: str
    """Its main text, paragraphs on lines of their own; no more than a source text may have."""


class PageSource(Protocol):
    """Fetches pages that people name."""

    def read(self, url: str, watch: Watch) -> Page:
        """Fetch the page at `url` and find its main text.

        Raises:
            PermanentError: ``input_invalid``: not a public address, not a page, or nothing to read on it.
            TransientError: It does not answer (now), or too slowly.
            StepStoppedError: The step must stop.
        """
