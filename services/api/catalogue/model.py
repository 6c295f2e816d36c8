"""The starter content as it stands in YAML: packs of words, and sentences. Our own words, under the MIT licence."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeVar

import msgspec
import yaml
from msgspec import Meta

from shared.languages import LANGUAGES
from shared.lexicon.model import PartOfSpeech

Kind = TypeVar("Kind")
StarterLevel = Literal["A1", "A2", "B1"]
Text = Annotated[str, Meta(min_length=1, max_length=300)]
Code = Literal["de", "en", "es", "fr", "it", "pt", "ja"]
EXPLAINED_IN: Mapping[str, frozenset[str]] = {"en": frozenset({"de", "es"})}
"""Languages that the examples of a language are translated into; English where it says nothing else."""


class CatalogueError(ValueError):
    """A file of the catalogue is not as it must be; the message says which and why."""


class CatalogueWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of a pack."""

    lemma: Text
    pos: PartOfSpeech
    sense: str = ""
    article: Text | None = None
    plural: Text | None = None
    reading: Text | None = None
    forms: dict[Text, Text] = {}
    translations: dict[Code, Annotated[list[Text], Meta(min_length=1)]]
    example: Text
    example_translation: dict[Code, Text]


class CataloguePack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack; its words have its level."""

    pack: Annotated[str, Meta(pattern="^[a-z]{2}(-[a-z]+)+$")]
    """Its slug, which is also the file's name."""
    language: Code
    level: StarterLevel
    title: dict[Code, Text]
    description: dict[Code, Text]
    words: Annotated[list[CatalogueWord], Meta(min_length=1)]


class CatalogueSentence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence with its translations."""

    id: Annotated[str, Meta(pattern=r"^[a-z]{2}-\d{4}$")]
    text: Text
    level: StarterLevel
    tags: Annotated[list[Text], Meta(min_length=1)]
    translations: dict[Code, Text]


class CatalogueSentences(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All sentences of a language."""

    language: Code
    sentences: Annotated[list[CatalogueSentence], Meta(min_length=1)]


def read_pack(text: str, slug: str) -> CataloguePack:
    """A pack from YAML.

    Raises:
        CatalogueError: It is none, or breaks a rule of the catalogue.
    """
    pack = _converted(text, slug, CataloguePack)
    _refuse(slug, _of_pack(pack, slug))
    return pack


def read_sentences(text: str, name: str) -> CatalogueSentences:
    """The sentences of a language from YAML.

    Raises:
        CatalogueError: They are none, or break a rule of the catalogue.
    """
    sentences = _converted(text, name, CatalogueSentences)
    _refuse(name, _of_sentences(sentences))
    return sentences


def _converted(text: str, name: str, kind: type[Kind]) -> Kind:
    try:
        return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), kind)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        message = f"{name}: {error}"
        raise CatalogueError(message) from error


def _refuse(name: str, faults: Iterator[str]) -> None:
    fault = next(faults, None)
    if fault is not None:
        message = f"{name}: {fault}"
        raise CatalogueError(message)


def _of_pack(pack: CataloguePack, slug: str) -> Iterator[str]:
    if pack.pack != slug or not slug.startswith(f"{pack.language}-"):
        yield "the pack's name is the file's and begins with its language"
    if not {"en", pack.language} <= pack.title.keys() & pack.description.keys():
        yield f"title and description are needed in en and {pack.language}"
    meanings = [(word.lemma, word.pos, word.sense) for word in pack.words]
    if len(set(meanings)) != len(meanings):
        yield "a meaning stands in it twice"
    for word in pack.words:
        yield from _of_word(word, pack.language)


def _of_word(word: CatalogueWord, language: Code) -> Iterator[str]:
    if word.translations.keys() != _others(language):
        yield f"{word.lemma} needs translations into all other languages"
    if not EXPLAINED_IN.get(language, frozenset({"en"})) <= word.example_translation.keys():
        yield f"the example of {word.lemma} needs a translation"
    if language == "de" and word.pos == "NOUN" and word.article not in {"der", "die", "das"}:
        yield f"{word.lemma} needs an article"
    if language == "ja" and word.reading is None:
        yield f"{word.lemma} needs a reading"


def _of_sentences(sentences: CatalogueSentences) -> Iterator[str]:
    ids = [sentence.id for sentence in sentences.sentences]
    if len(set(ids)) != len(ids):
        yield "an id stands in it twice"
    for sentence in sentences.sentences:
        if not sentence.id.startswith(f"{sentences.language}-"):
            yield f"{sentence.id} does not begin with its language"
        if sentence.translations.keys() != _others(sentences.language):
            yield f"{sentence.id} needs translations into all other languages"


def _others(language: str) -> set[str]:
    return LANGUAGES.keys() - {language}
