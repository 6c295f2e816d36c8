"""What clients learn about languages before they order anything."""

from typing import Annotated

import msgspec
from msgspec import Meta

from shared.articles.model import Level


class LanguageView(msgspec.Struct, frozen=True, kw_only=True):
    """A language and what can be done in it."""

    code: Annotated[str, Meta(description="ISO 639-1.", examples=["de"])]
    name: str
    native_name: str
    generated: Annotated[bool, Meta(description="Articles can be written in it.")]
    tagged: Annotated[bool, Meta(description="Texts are cut into sentences and words, with lemma and part of speech.")]
    translated: Annotated[bool, Meta(description="Its sentences can be translated into every native language.")]
    spoken: Annotated[bool, Meta(description="Texts can be read aloud in it.")]
    heard: Annotated[bool, Meta(description="Speech is recognised, so that words get their times.")]
    voices: Annotated[list[str], Meta(description="Voices that read it aloud, the default first.")]
    locale: Annotated[str, Meta(description="BCP 47 tag of the speech.", examples=["de-DE"])]


class LevelView(msgspec.Struct, frozen=True, kw_only=True):
    """A CEFR level."""

    level: Level
    default_length: Annotated[int, Meta(description="Words of an article when no length is given.")]


class LimitsView(msgspec.Struct, frozen=True, kw_only=True):
    """How much an order may ask for."""

    topic_characters: int
    source_text_characters: int
    source_url_characters: int
    least_length_words: int
    most_length_words: int
    words_to_use: int
    word_characters: int


class LanguagesView(msgspec.Struct, frozen=True, kw_only=True):
    """All languages, levels and limits."""

    languages: list[LanguageView]
    native_languages: Annotated[list[str], Meta(description="ISO 639-1 codes that texts can be translated into.")]
    levels: list[LevelView]
    limits: LimitsView
