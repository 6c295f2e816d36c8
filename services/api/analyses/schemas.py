"""What clients send to have words looked up and found, and what they get."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.jobs.schemas import JobView
from services.api.plain_text import VISIBLE, Code, Language
from services.api.vocabulary.schemas import Line, WordView
from shared.articles.model import Level, Provenance

MOST_TEXT = 5_000  # characters


class AnalysisOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A word to be looked up."""

    language: Language
    lemma: Annotated[Line, Meta(description="The word in its dictionary form.", examples=["Flughafen"])]
    native_language: Annotated[Code, Meta(description="ISO 639-1 code of the language to explain it in.")]


class WordAnalysis(msgspec.Struct, frozen=True, kw_only=True):
    """One meaning."""

    word: WordView
    usage: Annotated[str, Meta(description="How it is used, in the native language; may be empty.")]


class AnalysisView(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a word, or the job that looks it up."""

    words: Annotated[list[WordAnalysis], Meta(description="Its meanings; empty while a job looks them up.")]
    provenance: Annotated[Provenance | None, Meta(description="Who looked it up; null while nobody has.")]
    job: Annotated[JobView | None, Meta(description="When it has succeeded, the same request has the answer.")]


class DetectionOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A text in which to look for words worth learning. Exactly one of `text` and `article_id` is given."""

    text: Annotated[
        Annotated[str, Meta(pattern=VISIBLE, max_length=MOST_TEXT)] | None,
        Meta(extra_json_schema={"description": "A text of one's own.", "extra": {"max_length": MOST_TEXT}}),
    ] = None
    article_id: Annotated[UUID | None, Meta(description="An article of the caller.")] = None
    pair_id: Annotated[UUID | None, Meta(description="A language pair; the active one without.")] = None
    level: Annotated[
        Level | None, Meta(description="The learner's; without it the article's, or what the text is measured to be.")
    ] = None
