"""What admins send to make packs, and what they see of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.packs.schemas import PackWord
from services.api.plain_text import Descriptions, Language, Titles
from shared.articles.model import Level
from shared.lexicon.packs import MOST_WORDS

Words = Annotated[list[UUID], Meta(max_length=MOST_WORDS, description="Ids of words of the lexicon.")]


class PackText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pack says of itself."""

    level: Level
    title: Titles
    description: Descriptions = {}


class PackDraft(PackText, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new pack. Its language stays what it is."""

    language: Language


class PackWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words for a pack."""

    words: Words


class AdminPackSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A pack in a list."""

    id: UUID
    slug: Annotated[str | None, Meta(description="What the catalogue calls it; null for one that an admin made.")]
    language: str
    level: Level
    title: dict[str, str]
    description: dict[str, str]
    words: Annotated[int, Meta(description="How many it has that are not hidden.")]
    published_at: Annotated[datetime | None, Meta(description="Null for a draft, which learners do not see.")]
    created_at: datetime
    updated_at: datetime


class AdminPackView(AdminPackSummary, frozen=True, kw_only=True):
    """A pack with its words, in their order. None is owned: this is nobody's word bank."""

    items: list[PackWord]
