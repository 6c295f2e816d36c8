"""What clients send to order an article, and what they get when they read one."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.articles.model import Band, Coverage, Level, LevelProfile, Provenance, UsefulWord

MOST_TOPIC = 300  # characters
MOST_SOURCE_TEXT = 40_000  # characters
MOST_SOURCE_URL = 2_000  # characters
LEAST_LENGTH, MOST_LENGTH = 40, 1_200  # words
MOST_WORDS_TO_USE = 50
MOST_WORD = 60  # characters

Word = Annotated[str, Meta(min_length=1, max_length=MOST_WORD)]


def _limited(description: str, **limits: int) -> Meta:
    """Says the limits once more for the OpenAPI document: its generator does not look for them inside a union."""
    return Meta(extra_json_schema={"description": description, "extra": limits})


class ArticleOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An article to be written. Exactly one of `topic`, `source_text` and `source_url` is given."""

    language: Annotated[str, Meta(description="ISO 639-1 code of the article's language.", examples=["de"])]
    level: Annotated[Level, Meta(description="CEFR level the article is written for.")]
    native_language: Annotated[
        str | None,
        Meta(description="ISO 639-1 code of the language to translate into. Without it nothing is translated."),
    ] = None
    topic: Annotated[
        Annotated[str, Meta(max_length=MOST_TOPIC)] | None,
        _limited("What the article is about, in any language.", max_length=MOST_TOPIC),
    ] = None
    source_text: Annotated[
        Annotated[str, Meta(max_length=MOST_SOURCE_TEXT)] | None,
        _limited("A text to retell at the level.", max_length=MOST_SOURCE_TEXT),
    ] = None
    source_url: Annotated[
        Annotated[str, Meta(max_length=MOST_SOURCE_URL)] | None,
        _limited("The public http or https address of a page to retell at the level.", max_length=MOST_SOURCE_URL),
    ] = None
    length: Annotated[
        Annotated[int, Meta(ge=LEAST_LENGTH, le=MOST_LENGTH)] | None,
        _limited(
            "Words the article should have; the level's default without it.", minimum=LEAST_LENGTH, maximum=MOST_LENGTH
        ),
    ] = None
    words_to_use: Annotated[
        list[Word],
        Meta(
            max_length=MOST_WORDS_TO_USE,
            description=f"Lemmas that the article should use, of at most {MOST_WORD} characters each.",
        ),
    ] = []
    use_due_words: Annotated[
        bool,
        Meta(
            description="Also use the caller's due and weak words in this language, at most 20. The article is "
            "measured against the caller's word bank, and written once more if too much of it is new. Not in batches."
        ),
    ] = False
    voice: Annotated[
        str | None,
        Meta(description="One of the language's voices; its first without it. Only with `narrate`."),
    ] = None
    narrate: Annotated[bool, Meta(description="Read the article aloud.")] = True
    align: Annotated[
        bool | None,
        Meta(description="Find when each word is spoken. Needs `narrate`, and follows it if not given."),
    ] = None


class TokenView(msgspec.Struct, frozen=True, kw_only=True):
    """A word or punctuation mark: `text[start:end]` of the article, in Unicode code points."""

    start: int
    end: int
    text: str
    lemma: str
    pos: Annotated[str, Meta(description="Universal part of speech.", examples=["NOUN"])]
    pos_source: str
    zipf: float | None
    band: Annotated[Band | None, Meta(description="Zipf frequency band of the lemma; null for what is no word.")]
    reading: Annotated[str | None, Meta(description="Japanese only: hiragana.")]
    start_ms: int | None
    end_ms: int | None


class SentenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence: `text[start:end]` of the article, in Unicode code points."""

    index: int
    paragraph: int
    start: int
    end: int
    text: str
    translation: str | None
    start_ms: int | None
    end_ms: int | None
    tokens: list[TokenView]


class AnnotationView(msgspec.Struct, frozen=True, kw_only=True):
    """How the article was cut and tagged, how hard it is, and which words are worth learning."""

    engine: str
    profile: LevelProfile
    useful_words: list[UsefulWord]
    provenance: Provenance


class TranslationView(msgspec.Struct, frozen=True, kw_only=True):
    """Into which language the sentences are translated, and by whom."""

    language: str
    provenance: Provenance


class NarrationView(msgspec.Struct, frozen=True, kw_only=True):
    """The article read aloud."""

    url: Annotated[str, Meta(description="Anybody can GET it until `expires_at`, with Range; no key is needed.")]
    content_type: Literal["audio/mpeg"]
    duration_ms: int
    voice: str
    expires_at: datetime
    provenance: Provenance


class AlignmentView(msgspec.Struct, frozen=True, kw_only=True):
    """How well the spoken words were found."""

    coverage: Annotated[float, Meta(description="Share of word tokens that were matched with a heard word.")]
    warnings: list[str]
    provenance: Provenance


class ArticleView(msgspec.Struct, frozen=True, kw_only=True):
    """An article as far as it is made: what is not there yet is null, and `sentences` is empty until annotated."""

    id: UUID
    job_id: UUID | None
    language: str
    native_language: str | None
    level: Level
    title: str
    text: Annotated[str, Meta(description="Paragraphs joined by one blank line; the title is not part of it.")]
    created_at: datetime
    provenance: Provenance
    annotation: AnnotationView | None
    translation: TranslationView | None
    narration: NarrationView | None
    alignment: AlignmentView | None
    coverage: Annotated[
        Coverage | None, Meta(description="How it fits its learner; only if it was ordered with `use_due_words`.")
    ]
    sentences: list[SentenceView]


class ArticleSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An article in a list."""

    id: UUID
    job_id: UUID | None
    language: str
    native_language: str | None
    level: Level
    title: str
    words: Annotated[int | None, Meta(description="In the text; null until it is annotated.")]
    has_audio: bool
    duration_ms: int | None
    created_at: datetime
