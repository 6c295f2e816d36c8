"""Which words are meant by what a learner brings. Pure: nothing is read or written here, and nothing is guessed."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shared.learning.model import Bank, Incoming
from shared.lexicon.glosses import glosses_of
from shared.lexicon.headwords import agree
from shared.lexicon.lookup import UNKNOWN_POS, Found, as_spelt, meant
from shared.lexicon.model import FoundWord, folded

OwnKey = tuple[str, str, str]
"""Lemma, part of speech and sense: what tells the own words of a learner apart."""
EntryKey = UUID | tuple[str, str]
"""What an entry is known by: its word, or lemma and part of speech where the meaning is not chosen."""


class Choice(msgspec.Struct, frozen=True):
    """Which word is meant: one that there is, one of the learner's own, or (pending) not known yet."""

    word_id: UUID | None
    lemma: str
    pos: str
    own: bool = False
    differs: bool = False
    candidates: tuple[UUID, ...] = ()
    """All it may be, while it is pending."""
    article: str | None = None
    sense: str = ""

    @property
    def own_key(self) -> OwnKey:
        """Which own word it is."""
        return self.lemma, self.pos, self.sense


class OwnWord(msgspec.Struct, frozen=True):
    """What is known of a word of the learner's own."""

    translations: list[str]
    row: Incoming
    """That brought it first."""
    article: str | None


def choose(row: Incoming, bank: Bank, found: Found, back: FoundWord | None) -> Choice:
    """The word that a row means. Of several one is taken only if it has the translation that was brought.

    Args:
        row: What was brought.
        bank: For which it is.
        found: What `look_up` found for it.
        back: The word of the entry that the row says it was.
    """
    asked = meant(bank.language, row.lemma, row.pos, found)
    fitting = asked.words if back is None else [back]
    brought = glosses_of(row.translation or "")
    if brought:
        same = [word for word in fitting if brought & glosses_of(*word.translations.get(bank.native_language, []))]
        if same:
            return Choice(same[0].id, same[0].lemma, same[0].pos)
        if len(fitting) == 1 and not fitting[0].own:
            return Choice(fitting[0].id, fitting[0].lemma, fitting[0].pos, differs=True)
    elif spelt := as_spelt(fitting, asked.lemma):
        if len(spelt) == 1:
            return Choice(spelt[0].id, spelt[0].lemma, spelt[0].pos)
        return Choice(None, spelt[0].lemma, asked.pos, candidates=tuple(word.id for word in spelt))
    own = next((word for word in fitting if word.own and word.sense in {"", word.article}), None)
    if own is None:
        return Choice(None, asked.lemma, asked.pos, own=True, article=asked.article, sense=asked.sense)
    return Choice(own.id, own.lemma, own.pos, own=True, article=own.article or asked.article, sense=own.sense)


def spelt_alike(language: str, choices: Sequence[Choice]) -> list[Choice]:
    """A new word that comes twice, in other letters or with its article (`Hund`, `hund`, `der Hund`), is one word."""
    first: dict[str, list[Choice]] = {}
    return [_first(language, choice, first) if choice.own else choice for choice in choices]


def own_words(native: str, rows: Sequence[Incoming], choices: Sequence[Choice], found: Found) -> dict[OwnKey, OwnWord]:
    """The learner's own words among the choices, each with all translations that it had and that were brought."""
    known = {word.id: word.translations.get(native, []) for words in found.values() for word in words}
    words: dict[OwnKey, OwnWord] = {}
    for row, choice in zip(rows, choices, strict=True):
        if choice.own:
            first = list(known.get(choice.word_id, [])) if choice.word_id else []
            translations = words.setdefault(choice.own_key, OwnWord(first, row, choice.article)).translations
            if row.translation and row.translation not in translations:
                translations.append(row.translation)
    return words


def note_of(row: Incoming, choice: Choice) -> str:
    """The learner's note; a translation that differs from the lexicon's is kept in it."""
    return "\n".join(part for part in (row.translation if choice.differs else None, row.note) if part)


def entry_key(choice: Choice, word: UUID | None) -> EntryKey:
    """How the entry of a choice is found, once its own word has an id."""
    return word or (choice.lemma, choice.pos)


def _first(language: str, choice: Choice, first: dict[str, list[Choice]]) -> Choice:
    """The choice as the same word came before; another one that would be written like it is told by its article."""
    before = first.setdefault(folded(choice.lemma), [])
    alike = next((one for one in before if _alike(language, one, choice)), None)
    if alike is not None:
        return alike
    if any(one.own_key == choice.own_key for one in before):
        choice = msgspec.structs.replace(choice, sense=choice.article or "")
    before.append(choice)
    return choice


def _alike(language: str, one: Choice, other: Choice) -> bool:
    words, parts = {one.word_id, other.word_id} - {None}, {one.pos, other.pos} - {UNKNOWN_POS}
    return len(words) < 2 and len(parts) < 2 and agree(language, one.article, other.article)  # noqa: PLR2004 - not two
