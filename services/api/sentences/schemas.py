"""What clients send of sentences, and what they see of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.jobs.schemas import JobView
from services.api.plain_text import MOST_LANGUAGES, PLAIN, VISIBLE, Code, Language
from shared.articles.model import Level
from shared.lexicon.model import RubyPiece

MOST_TEXT = 500  # characters
MOST_TAGS = 20
MOST_TAG = 50  # characters
MOST_ORIGIN = 100  # characters
Status = Literal["published", "in_review", "refused"]
Said = Annotated[str, Meta(pattern=VISIBLE, max_length=MOST_TEXT)]
Tag = Annotated[str, Meta(pattern=VISIBLE, max_length=MOST_TAG)]
Origin = Annotated[str, Meta(pattern=PLAIN, max_length=MOST_ORIGIN)]


class SentenceText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be edited of a sentence."""

    text: Said
    level: Level | None = None
    tags: Annotated[list[Tag], Meta(max_length=MOST_TAGS)] = []
    author: Annotated[Origin, Meta(description="Who wrote it; empty if that need not be said.")] = ""
    licence: Annotated[
        str,
        Meta(pattern=VISIBLE, max_length=MOST_ORIGIN, description="Under which it may be used.", examples=["CC0-1.0"]),
    ]


class SentenceOrder(SentenceText, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new sentence."""

    language: Language
    translations: Annotated[
        dict[Code, Said],
        Meta(max_length=MOST_LANGUAGES, description="By ISO 639-1 code; each becomes a sentence of its own."),
    ] = {}
    source_id: Annotated[
        Origin, Meta(description="What its source calls it, if that is to be remembered; admins only.")
    ] = ""


class SentenceSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence in a list."""

    id: UUID
    language: str
    text: str
    characters: Annotated[int, Meta(description="Unicode code points of the text.")]
    words: Annotated[
        int | None,
        Meta(description="Between spaces; Japanese in dictionary units, with particles. Null until they are counted."),
    ]
    level: Level | None
    tags: list[str]
    source: Annotated[str, Meta(description="`catalogue`, `custom`, `community`, `tatoeba`, `anki` ...")]
    author: str | None
    licence: str
    status: Status


class AudioView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody speaks it, or a voice of ours."""

    url: Annotated[str, Meta(description="Anybody can read it from there until `expires_at`.")]
    expires_at: datetime
    format: Annotated[str | None, Meta(description="MIME type; null where nobody said.", examples=["audio/mpeg"])]
    size: Annotated[int | None, Meta(description="Bytes.")]
    duration_ms: int | None
    sample_rate: Annotated[int | None, Meta(description="Hertz.")]
    generated: Annotated[bool, Meta(description="By a model; else it is a recording of somebody.")]
    model: Annotated[str | None, Meta(description="Which one spoke, if it is generated.")]
    voice: Annotated[str | None, Meta(description="In which voice, if it is generated.")]
    author: Annotated[str, Meta(description="Who speaks in a recording; empty if it is generated.")]
    licence: Annotated[str, Meta(description="Of a recording; empty if it is generated.")]


class VoiceOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A sentence that is to be spoken."""

    voice: Annotated[
        Annotated[str, Meta(pattern=PLAIN, max_length=MOST_TAG)] | None,
        Meta(description="One of the language's voices; its first without it."),
    ] = None


class SpokenView(msgspec.Struct, frozen=True, kw_only=True):
    """The sentence spoken, or the job that speaks it."""

    audio: Annotated[AudioView | None, Meta(description="Null while a job makes it.")]
    job: Annotated[JobView | None, Meta(description="When it has succeeded, the same request has the audio.")]


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """The same in another language."""

    id: Annotated[UUID, Meta(description="Of a sentence of its own.")]
    language: str
    text: str


class SentenceView(SentenceSummary, frozen=True, kw_only=True):
    """A sentence."""

    source_id: str | None
    ruby: Annotated[list[RubyPiece] | None, Meta(description="Japanese: the text in pieces; null where unknown.")]
    romanised: Annotated[str | None, Meta(description="Japanese: the text in Latin letters; null where unknown.")]
    audio: AudioView | None
    translations: list[Translation]
    created_at: datetime
    updated_at: datetime
