"""A pack's words taken over into a learner's bank."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.learning.bank import add_entry
from shared.learning.cards import make_cards
from shared.learning.model import NewEntry
from shared.learning.scheduling import Direction

# A word that was hidden after it had come into the pack is left out until it is shown again. None is hidden meanwhile.
WORDS = (
    "SELECT word.id, word.lemma FROM pack_words AS part JOIN words AS word ON word.id = part.word_id"
    " WHERE part.pack_id = $1 AND word.hidden_at IS NULL ORDER BY part.position, word.id FOR SHARE OF word"
)


class TakenOver(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a pack's words."""

    added: int
    skipped: int
    """The bank had them already."""
    cards: int
    """New ones, also of words that the bank had."""


def take_over(
    connection: Connection, owner_id: UUID, pair_id: UUID, pack_id: UUID, directions: Iterable[Direction]
) -> TakenOver:
    """Put a pack's words into the bank, with cards in these directions. Call it in a transaction.

    Raises:
        PairNotFoundError: No such pair of this learner.
        WordNotFoundError: The pack is in another language than the pair.
    """
    words = connection.execute(WORDS, (pack_id,)).fetchall()
    entries = [NewEntry(lemma=word["lemma"], word_id=word["id"]) for word in words]
    results = [add_entry(connection, owner_id, pair_id, entry) for entry in entries]
    cards = make_cards(connection, owner_id, [result.id for result in results], list(directions))
    added = sum(result.new for result in results)
    return TakenOver(added=added, skipped=len(results) - added, cards=len(cards))
