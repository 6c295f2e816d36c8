"""Cards of their owner, with the word or the sentence that they ask for."""

from collections.abc import Sequence
from uuid import UUID

from services.api.conditions import Conditions, go_on
from services.api.database import Database
from services.api.learning.schemas import CardView
from services.api.learning.views import card_view
from services.api.paging import Cursor
from services.api.problems import not_found
from shared.learning.scheduling import MATURE, CardState

# The page is cut from an index first.
CARDS = """
SELECT card.*, word.id AS word_id, word.lemma, word.pos, word.article, word.plural, word.reading,
       word.translations -> pair.native_language AS translations, sentence.text,
       ARRAY(
         SELECT other.text FROM sentence_translations AS link JOIN sentences AS other ON other.id = link.translation_id
         WHERE link.sentence_id = card.sentence_id AND other.language = pair.native_language
           AND other.status = 'published' AND other.hidden_at IS NULL
         ORDER BY other.id) AS sentence_translations
FROM (
  SELECT id, pair_id, entry_id, sentence_id, direction, state, step, stability, difficulty, due, last_review, reviews,
         lapses, suspended, created_at
  FROM cards AS card WHERE {where} ORDER BY created_at DESC, id LIMIT {limit}
) AS card
JOIN language_pairs AS pair ON pair.id = card.pair_id
LEFT JOIN word_bank AS entry ON entry.id = card.entry_id
LEFT JOIN words AS word ON word.id = entry.word_id
LEFT JOIN sentences AS sentence ON sentence.id = card.sentence_id
ORDER BY card.created_at DESC, card.id
"""
IN_STATE: dict[CardState, str] = {
    "new": "card.suspended IS NULL AND card.state = 0",
    "learning": "card.suspended IS NULL AND card.state IN (1, 3)",
    "review": f"card.suspended IS NULL AND card.state = 2 AND card.stability < {MATURE}",
    "mature": f"card.suspended IS NULL AND card.state = 2 AND card.stability >= {MATURE}",
    "suspended": "card.suspended IS NOT NULL",
}
"""As `shown_state` of `shared/learning/scheduling.py` tells them apart."""


async def card_rows(
    database: Database, owner_id: UUID, at: Cursor, *, pair_id: UUID | None, state: CardState | None
) -> list[CardView]:
    """The owner's cards of a pair in a state (null is any), newest first."""
    conditions = _of_owner(owner_id)
    if pair_id is not None:
        conditions.add("card.pair_id = {}", pair_id)
    if state is not None:
        conditions.add(IN_STATE[state])
    go_on(conditions, at, "card")
    return await _cards(database, conditions, at.limit)


async def one_card(database: Database, owner_id: UUID, card_id: UUID) -> CardView:
    """The owner's card.

    Raises:
        ApiError: 404, no such card of this owner.
    """
    found = await these_cards(database, owner_id, [card_id])
    if not found:
        raise not_found("card")
    return found[0]


async def these_cards(database: Database, owner_id: UUID, card_ids: Sequence[UUID]) -> list[CardView]:
    """The owner's among these cards, in the order of `card_ids`."""
    conditions = _of_owner(owner_id)
    conditions.add("card.id = ANY({}::uuid[])", list(card_ids))
    found = {card.id: card for card in await _cards(database, conditions, len(card_ids))}
    return [found[card_id] for card_id in card_ids if card_id in found]


def _of_owner(owner_id: UUID) -> Conditions:
    conditions = Conditions()
    conditions.add("card.owner_id = {}", owner_id)
    return conditions


async def _cards(database: Database, conditions: Conditions, limit: int) -> list[CardView]:
    sql = CARDS.format(where=conditions.where, limit=conditions.place(limit))
    return [card_view(dict(row.items())) for row in await database.rows(sql, *conditions.values)]
