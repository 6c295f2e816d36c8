"""What narrating needs from outside."""

from typing import Protocol

import msgspec

from shared.ledger.ports import Reply


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of text for one call: it is recited exactly."""

    text: str
    voice: str
    locale: str
    """BCP 47 tag of the language it is read in."""


class SpokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, before any gate looked at it: the content of a `Reply`'s body, as MessagePack."""

    mime_type: str
    audio: bytes
    finish_reason: str
    """Why the model stopped, in the provider's word; `STOP` is the good one, empty if it did not say."""
    refusal: str = ""
    """Why the provider would not speak this text, in its word; empty if it would."""


class Speech(Protocol):
    """A voice. Safe to use from many threads at once."""

    @property
    def provider(self) -> str:
        """The ledger's name for it."""

    @property
    def model(self) -> str:
        """The model that is asked."""

    @property
    def sandbox(self) -> bool:
        """True if no money is spent."""

    def speak(self, passage: Passage, *, seconds: float) -> Reply:
        """Read `passage` aloud; the reply's body is a `SpokenAnswer`.

        Args:
            passage: What to read.
            seconds: The whole exchange ends within this time.

        Raises:
            TransientError: It may work later.
            PermanentError: It will not.
        """
