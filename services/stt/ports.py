"""What aligning needs from outside."""

from typing import Protocol

import msgspec

from shared.languages import Language
from shared.ledger.ports import Reply


class HeardWord(msgspec.Struct, frozen=True):
    """A word as it was heard, in milliseconds from the start of its recording."""

    text: str
    start_ms: int
    end_ms: int


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard in one recording: the content of a `Reply`'s body, as JSON."""

    words: list[HeardWord]
    """In the order they were spoken."""
    warnings: list[str]
    """What the provider has to say about it, one sentence each."""


class Listener(Protocol):
    """Hears speech. Safe to use from many threads at once."""

    @property
    def provider(self) -> str:
        """The ledger's name for it."""

    @property
    def sandbox(self) -> bool:
        """True if no money is spent."""

    def model(self, language: Language) -> str:
        """The model that is asked for `language`."""

    def listen(self, audio: bytes, language: Language, *, seconds: float) -> Reply:
        """Hear `audio`; the reply's body is a `Transcript` as JSON.

        Args:
            audio: A FLAC file.
            language: What is spoken in it.
            seconds: The whole exchange ends within this time.

        Raises:
            TransientError: It may work later.
            PermanentError: It will not.
        """
