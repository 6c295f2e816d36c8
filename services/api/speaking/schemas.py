"""What clients send and see of speaking sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.sentences.schemas import AudioView, Translation
from shared.lexicon.model import RubyPiece

Mode = Annotated[
    Literal["practice", "graded"],
    Meta(description="In `practice` the sentence can be heard first; in `graded` it is to be said unheard."),
]


class SpeakingOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence to be said aloud."""

    sentence_id: UUID
    mode: Mode = "practice"


class SpeakingSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A session in a list."""

    id: UUID
    mode: Mode
    created_at: datetime
    sentence_id: UUID
    language: Annotated[str | None, Meta(description="Null while the sentence is hidden.")]
    text: Annotated[str | None, Meta(description="Null while the sentence is hidden.")]


class SentenceToSay(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said."""

    language: str
    text: str
    words: Annotated[int | None, Meta(description="Null until they are counted.")]
    ruby: Annotated[list[RubyPiece] | None, Meta(description="Japanese: the text in pieces; null where unknown.")]
    romanised: Annotated[str | None, Meta(description="Japanese: the text in Latin letters; null where unknown.")]
    translations: Annotated[
        list[Translation], Meta(description="Into the native languages of the caller's pairs of this language.")
    ]
    audio: Annotated[
        AudioView | None, Meta(description="Null where nobody has spoken it, and always in a `graded` session.")
    ]


class SpeakingSession(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody sets out to say a sentence."""

    id: UUID
    mode: Mode
    created_at: datetime
    sentence_id: UUID
    sentence: Annotated[SentenceToSay | None, Meta(description="Null while it is hidden.")]
