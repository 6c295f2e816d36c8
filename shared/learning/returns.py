"""Words that went out in an export of ours and come back: they are known by their entry, whatever they look like."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.lexicon.headwords import joined
from shared.lexicon.model import FoundWord, folded

WORDS_OF = (
    "SELECT entry.id AS entry_id, word.id, word.lemma, word.pos, word.sense, word.translations, word.article,"
    " word.owner_id IS NOT NULL AS own FROM word_bank AS entry JOIN words AS word ON word.id = entry.word_id"
    " WHERE entry.owner_id = $1 AND entry.pair_id = $2 AND entry.id = ANY($3::uuid[])"
)


class Returning(Protocol):
    """A row that may have been an entry."""

    @property
    def lemma(self) -> str:
        """As it comes in."""

    @property
    def entry_id(self) -> UUID | None:
        """The entry that it says it was."""


def returned(
    connection: Connection, owner_id: UUID, pair_id: UUID, rows: Sequence[Returning]
) -> Mapping[UUID, FoundWord]:
    """The words of those rows' entries that are the learner's, by entry. Who wrote another word over it means that."""
    lemmas = {row.entry_id: folded(row.lemma) for row in rows if row.entry_id is not None}
    if not lemmas:
        return {}
    words = {}
    for row in connection.execute(WORDS_OF, (owner_id, pair_id, list(lemmas))):
        entry_id = row.pop("entry_id")
        if lemmas[entry_id] in {folded(row["lemma"]), folded(joined(row["article"], row["lemma"]))}:
            words[entry_id] = msgspec.convert(row, FoundWord)
    return words
