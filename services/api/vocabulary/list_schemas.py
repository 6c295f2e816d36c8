"""Lists of words as clients send and see them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from services.api.plain_text import Language
from services.api.vocabulary.schemas import Line, WordView

MOST_AT_ONCE = 500
"""Words that are added with one request."""


class ListOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list to be made."""

    name: Line
    language: Language
    public: Annotated[bool, Meta(description="Everybody may read it; only its owner changes it.")] = False


class ListChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be changed of a list; what is not there stays."""

    name: Line | UnsetType = UNSET
    public: bool | UnsetType = UNSET


class WordsOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words to put into a list."""

    word_ids: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """A list of words."""

    id: UUID
    name: str
    language: str
    public: bool
    mine: Annotated[bool, Meta(description="False for a public list of somebody else's, which can only be read.")]
    words: Annotated[int, Meta(description="How many the caller can see: own words of others are not shown.")]
    created_at: datetime


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """A list with a page of its words."""

    word_list: ListView
    items: Annotated[list[WordView], Meta(description="In the order in which they were added.")]
    next_page_token: Annotated[str, Meta(description="Empty on the last page, and only there.")]


class AddedView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of words that were to be added."""

    added: Annotated[int, Meta(description="Those that were not in the list before.")]
    word_list: ListView
