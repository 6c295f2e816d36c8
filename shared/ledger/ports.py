"""What a paid call to a provider looks like to the step that makes it."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import msgspec

from shared.jobs.steps import Watch


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's answer, before any gate looked at it."""

    model: str
    """The model that really answered, as the provider names it."""
    units: dict[str, int]
    """What is paid for: `input_tokens`, `output_tokens`, `characters`, `audio_ms` ..."""
    body: bytes
    """The answer as the vendor module keeps and re-reads it: the memo's content."""


class PaidCall(msgspec.Struct, frozen=True, kw_only=True):
    """A reply with its row in `provider_calls`."""

    id: UUID
    reply: Reply
    remembered: bool
    """True if an earlier call with the same request was already paid and is served again."""


class Ledger(Protocol):
    """Pays once for each distinct request of a step's scope."""

    def pay(self, provider: str, model: str, request: bytes, call: Callable[[], Reply]) -> PaidCall:
        """Serve `request` from the memo, or call the provider and commit the cost at once.

        Args:
            provider: `anthropic`, `gemini`, `deepl`, `deepgram`.
            model: The model asked for.
            request: Everything that determines the answer, in one canonical form; only its hash is stored.
            call: Makes the call; what it raises is passed on and nothing is recorded.
        """


class Run(Protocol):
    """The part of a step's run that its work uses: clock, ledger and names for its products."""

    @property
    def watch(self) -> Watch:
        """Clock, lease and progress."""

    @property
    def ledger(self) -> Ledger:
        """Pays for calls."""

    def key(self, name: str) -> str:
        """The object key for a product called `name`."""
