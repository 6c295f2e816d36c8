"""What to learn next: the most frequent words of the lowest levels that the learner's bank does not have."""

from uuid import UUID

from services.api.conditions import Conditions
from services.api.database import Database
from services.api.pairs import Pair
from services.api.vocabulary.schemas import WordView
from services.api.vocabulary.word_rows import COLUMNS, VISIBLE, word_view
from shared.articles.model import Level

DEFAULT, MOST = 20, 100
# A lemma whose meaning the learner has still to choose is in the bank too. Words without a level come last.
RECOMMENDED = f"""
SELECT {COLUMNS} FROM words AS word
WHERE {{where}} AND NOT EXISTS (
  SELECT FROM word_bank AS entry
  WHERE entry.pair_id = {{pair}} AND (entry.word_id = word.id OR entry.word_id IS NULL AND entry.lemma = word.lemma))
ORDER BY word.level NULLS LAST, word.zipf DESC NULLS LAST, word.id LIMIT {{limit}}
"""  # noqa: S608 - our own text


async def recommended(
    database: Database, owner_id: UUID, pair: Pair, levels: list[Level], limit: int
) -> list[WordView]:
    """At most `limit` words of the pair's language, for these levels (none given is any)."""
    conditions = Conditions()
    conditions.add(VISIBLE, owner_id)
    conditions.add("word.language = {}", pair.language)
    if levels:
        conditions.add("word.level = ANY({}::text[])", levels)
    places = {"pair": conditions.place(pair.id), "limit": conditions.place(limit)}
    sql = RECOMMENDED.format(where=conditions.where, **places)
    return [word_view(row) for row in await database.rows(sql, *conditions.values)]
