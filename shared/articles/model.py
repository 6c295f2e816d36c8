"""An article and what is made from it: one struct an artefact, stored and served as it stands here.

Offsets count Unicode code points of `Article.text`; times are integer milliseconds from the start of the audio.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
Band = Literal["5+", "4-5", "3-4", "0-3"]
"""Zipf frequency band of a lemma (wordfreq): `5+` is the thousand or so most frequent words, `0-3` the rare ones."""

DEFAULT_LENGTH: dict[Level, int] = {"A1": 80, "A2": 120, "B1": 180, "B2": 250, "C1": 350, "C2": 450}
"""Words an article has when nobody says how long it should be."""


class ArticleRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The input of a `write_article` job, as checked by the API. Exactly one of the three sources is set."""

    language: str
    level: Level
    native_language: str | None = None
    topic: str | None = None
    source_text: str | None = None
    source_url: str | None = None
    length: int | None = None
    words_to_use: tuple[str, ...] = ()
    voice: str | None = None
    narrate: bool = True
    align: bool = True
    pair_id: UUID | None = None
    """The language pair whose bank says what the reader knows; the article is then measured against it."""
    due_words: tuple[str, ...] = ()
    """The learner's due and weak words when it was ordered; they stand in `words_to_use` too."""

    @property
    def translates(self) -> bool:
        """True if the reader has a language of their own that the text is not in."""
        return self.native_language not in {None, self.language}


class Provenance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an artefact comes from."""

    provider: str
    """`anthropic`, `gemini`, `deepl`, `deepgram`, `spacy`."""
    model: str
    """The model that really answered, or the pipeline's name and version."""
    sandbox: bool = False
    prompt_version: str | None = None
    voice: str | None = None
    source: str | None = None
    """Whose text it is: an address, `sandbox bank: <title>`, `the user's own text`."""


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """The written text: what every other artefact refers to."""

    id: UUID
    owner_id: UUID
    job_id: UUID
    language: str
    native_language: str | None
    level: Level
    title: str
    text: str
    """Paragraphs joined by one blank line (two newlines); the title is not part of it."""
    provenance: Provenance
    created_at: datetime

    @property
    def paragraphs(self) -> list[str]:
        """The text cut at its blank lines."""
        return self.text.split("\n\n")


class Token(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A word or punctuation mark: `article.text[start:end] == text`."""

    start: int
    end: int
    text: str
    lemma: str
    pos: str
    """Universal part of speech: NOUN, VERB, PUNCT, ..., X where unknown."""
    pos_source: str
    """`model`, `hanta`, `sudachi`, `heuristic`."""
    zipf: float | None = None
    """Zipf frequency of the lemma, 0 to 8; absent for what is no word."""
    band: Band | None = None
    reading: str | None = None
    """Japanese only: hiragana."""


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence: `article.text[start:end] == text`."""

    index: int
    paragraph: int
    start: int
    end: int
    text: str
    tokens: list[Token]


class LevelProfile(msgspec.Struct, frozen=True, kw_only=True):
    """How hard a text is, measured; thresholds and their source are in `services/nlp/profile.py`."""

    estimated_level: Level
    band_shares: dict[Band, float]
    """Share of content tokens in each band; sums to 1."""
    mean_sentence_words: float
    type_token_ratio: float
    words: int
    sentences: int


class UsefulWord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A content word worth learning from this text."""

    lemma: str
    pos: str
    band: Band
    zipf: float
    occurrences: int
    sentence: int
    """Index of the first sentence it stands in."""
    reading: str | None = None
    """The lemma's, where the lemma itself stands in the text."""


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences and words of an article."""

    engine: str
    """`de_core_news_sm 3.8`, `blank+hanta`, `blank+simplemma`, `blank+sudachi`."""
    sentences: list[Sentence]
    profile: LevelProfile
    useful_words: list[UsefulWord]
    """At most 50, the most useful first."""
    provenance: Provenance


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How an article fits what its learner knows, measured by lemma; definitions are in `services/nlp/coverage.py`."""

    known_share: float
    """Of the running words, 0 to 1."""
    least_known: float
    """The share below which an article of its level is written again, once."""
    revised: bool
    """True if it was."""
    due_words: list[str]
    """What the writer was asked to use."""
    due_words_used: list[str]
    new_words: list[str]
    """Lemmas that the learner is not taken to know, in the order of the text; at most 100."""


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """One translation a sentence of the annotation, in order."""

    language: str
    sentences: list[str]
    provenance: Provenance


class NarratedParagraph(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph's own lossless recording and its place in the joined audio."""

    key: str
    """Object key of the FLAC: mono, 16 bit."""
    offset_ms: int
    duration_ms: int


class Narration(msgspec.Struct, frozen=True, kw_only=True):
    """The article read aloud: one MP3 from the joined PCM of all paragraphs."""

    key: str
    duration_ms: int
    voice: str
    paragraphs: list[NarratedParagraph]
    provenance: Provenance


Timing = tuple[int, int]


class SentenceTiming(msgspec.Struct, frozen=True, kw_only=True):
    """When a sentence and its tokens are spoken; null where nothing was heard, and for punctuation."""

    time: Timing | None
    tokens: list[Timing | None]
    """As many as the sentence has tokens."""


class Alignment(msgspec.Struct, frozen=True, kw_only=True):
    """The moment at which every sentence and word is spoken."""

    sentences: list[SentenceTiming]
    """As many as the annotation has sentences."""
    coverage: float
    """Share of word tokens that were matched with a heard word; the others are interpolated or null."""
    warnings: list[str]
    provenance: Provenance
