"""Words that went out in an export of ours and come back: they are known by their entry, whatever they look like."""

from collections.abc import Mapping
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


def returned(
    connection: Connection, owner_id: UUID, pair_id: UUID, lemmas: Mapping[UUID, str]
) -> Mapping[UUID | None, FoundWord]:
    """The words of those entries that are the learner's, by entry.

    Args:
        connection: Any.
        owner_id: The learner.
        pair_id: Whose bank.
        lemmas: By entry the word that comes back; whoever wrote another one over it means that.
    """
    if not lemmas:
        return {}
    words: dict[UUID | None, FoundWord] = {}
    for row in connection.execute(WORDS_OF, (owner_id, pair_id, list(lemmas))):
        entry_id = row.pop("entry_id")
        if folded(lemmas[entry_id]) in {folded(row["lemma"]), folded(joined(row["article"], row["lemma"]))}:
            words[entry_id] = msgspec.convert(row, FoundWord)
    return words
