"""Which words of the lexicon are meant by what somebody wrote: the one way in for typed, met and imported words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar, cast
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.lexicon.headwords import NOMINAL, agree, parted
from shared.lexicon.model import FoundWord, PartOfSpeech, folded

OF_LEMMAS = (
    "FROM words AS word"
    " WHERE hidden_at IS NULL AND (owner_id IS NULL OR owner_id = $1) AND language = $2 AND folded = ANY($3::text[])"
    " ORDER BY owner_id NULLS LAST, zipf DESC NULLS LAST, id"
)
"""The words of folded lemmas ($3) of a language that an owner may see, and everybody's only if the owner is null."""
FIND = f"SELECT id, lemma, pos, sense, translations, owner_id IS NOT NULL AS own, article, folded {OF_LEMMAS}"
UNKNOWN_POS: PartOfSpeech = "X"
PAIRED = (("VERB", "AUX"), ("NOUN", "PROPN"), ("ADJ", "ADV"), ("PRON", "DET"), ("CCONJ", "SCONJ"))
KINDRED = {one: other for pair in PAIRED for one, other in (pair, pair[::-1])}
"""Where taggers and dictionaries disagree: *haben* in "ich habe gelacht", *schnell* in "er läuft schnell"."""
Found = Mapping[str, Sequence[FoundWord]]


class Tagged(Protocol):
    """Whatever has a part of speech."""

    @property
    def pos(self) -> str:
        """It."""


OfLemma = TypeVar("OfLemma", bound=Tagged)


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """What a text means, and how it would be written down as a word of the learner's own."""

    words: list[FoundWord]
    """All that it may be, the learner's own first, then the most frequent."""
    lemma: str
    pos: PartOfSpeech
    article: str | None = None
    sense: str = ""
    """Tells it from another word of the learner's own with another article: *die See* beside *der See*."""


def look_up(connection: Connection, owner_id: UUID | None, language: str, texts: Iterable[str]) -> Found:
    """The words that tidy texts may be, with their article or without, by the folded lemma. One statement."""
    lemmas = {folded(form) for text in texts for form in (text, (parted(language, text) or (text, text))[1])}
    found: dict[str, list[FoundWord]] = {}
    for word in connection.execute(FIND, (owner_id, language, sorted(lemmas))):
        found.setdefault(word.pop("folded"), []).append(msgspec.convert(word, FoundWord))
    return found


def meant(language: str, text: str, pos: str | None, found: Found) -> Meant:
    """The words that are meant by a tidy text.

    A lemma that begins with an article (`la plupart`) is itself. Else the article goes, unless the lexicon says that
    what follows is no noun: *a few* is not *few*.

    Args:
        language: Whose articles.
        text: The word, with its article or without.
        pos: Its part of speech; null or X if nobody knows.
        found: What `look_up` found for it.
    """
    asked = cast("PartOfSpeech", pos or UNKNOWN_POS)
    whole = fitting(found.get(folded(text), ()), asked)
    parts = parted(language, text)
    if whole or parts is None or asked not in NOMINAL:
        return Meant(words=whole, lemma=text, pos=asked)
    article, lemma = parts
    of_lemma = found.get(folded(lemma), ())
    words = fitting([word for word in of_lemma if _takes(language, word, article)], asked)
    if not words and any(word.lemma == lemma and word.pos not in NOMINAL for word in of_lemma):
        return Meant(words=[], lemma=text, pos=asked)
    others = any(word.own and word.pos == asked and word not in words for word in of_lemma)
    return Meant(words=words, lemma=lemma, pos=asked, article=article, sense=article if others else "")


def fitting(words: Sequence[OfLemma], pos: str) -> list[OfLemma]:
    """Those of the part of speech; else those that may be of it; else those of the kindred one. All if nobody knows."""
    if pos == UNKNOWN_POS:
        return list(words)
    for wanted in (pos, UNKNOWN_POS, KINDRED.get(pos)):
        if found := [word for word in words if word.pos == wanted]:
            return found
    return []


def as_spelt(words: Sequence[FoundWord], lemma: str) -> list[FoundWord]:
    """Those that are spelt just so, if there are any: *essen* is not *Essen*, but *hund* may be *Hund*."""
    return [word for word in words if word.lemma == lemma] or list(words)


def _takes(language: str, word: FoundWord, article: str) -> bool:
    return agree(language, word.article, article) if word.article else word.pos in NOMINAL
