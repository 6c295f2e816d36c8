"""What learners see of packs of words, and what taking one over answers."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.articles.model import Level
from shared.learning.scheduling import Direction
from shared.lexicon.model import Example


class PackSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A pack in a list."""

    id: UUID
    language: str
    level: Level
    title: Annotated[dict[str, str], Meta(description="By ISO 639-1 code.")]
    description: Annotated[dict[str, str], Meta(description="By ISO 639-1 code.")]
    words: Annotated[int, Meta(description="How many it has.")]
    owned: Annotated[int, Meta(description="How many of them are in the pair's word bank.")]


class PackWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word of a pack."""

    id: Annotated[UUID, Meta(description="The word's.")]
    lemma: str
    pos: Annotated[str, Meta(description="Universal part of speech; PHRASE for a fixed expression.")]
    sense: str
    article: str | None
    plural: str | None
    reading: str | None
    romanised: Annotated[str | None, Meta(description="Its kana in Latin letters; null where nobody knows.")]
    level: Level | None
    translations: Annotated[dict[str, list[str]], Meta(description="By ISO 639-1 code, the best first.")]
    forms: dict[str, str]
    examples: list[Example]
    owned: Annotated[bool, Meta(description="It is in the pair's word bank.")]


class PackView(PackSummary, frozen=True, kw_only=True):
    """A pack with its words, in their order."""

    items: list[PackWord]


class PackAddition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a pack is to be taken over."""

    pair_id: Annotated[UUID | None, Meta(description="Into which pair's word bank; the active one's without it.")] = (
        None
    )
    cards: Annotated[
        list[Direction], Meta(max_length=2, description="Which cards to make of its words that are to be learnt.")
    ] = []


class PackAdded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the pack's words."""

    pair_id: UUID
    added: Annotated[int, Meta(description="Words that are new in the bank.")]
    skipped: Annotated[int, Meta(description="Words that were there.")]
    cards: Annotated[int, Meta(description="New cards, also of words that were there.")]
