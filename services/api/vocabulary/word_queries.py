"""Reads words that the caller may see: everybody's and the caller's own."""

from uuid import UUID

import msgspec

from services.api.conditions import Conditions
from services.api.database import Database, Row
from services.api.paging import Cursor
from services.api.problems import not_found
from services.api.vocabulary.schemas import WordView
from services.api.vocabulary.word_rows import COLUMNS, VISIBLE, word_view
from shared.articles.model import Band, Level
from shared.lexicon.bands import LEAST, MOST
from shared.lexicon.model import PartOfSpeech, folded

# In the order of the index, byte by byte, whatever the database's collation.
SEARCH = f"SELECT {COLUMNS} FROM words AS word WHERE {{where}} ORDER BY word.folded USING ~<~, word.id LIMIT {{limit}}"  # noqa: S608 - our own text
ONE = f"SELECT {COLUMNS} FROM words AS word WHERE word.id = $1 AND {VISIBLE.format('$2')}"  # noqa: S608 - as above


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Which words are looked for; what is null or empty does not matter."""

    language: str
    prefix: str = ""
    levels: tuple[Level, ...] = ()
    bands: tuple[Band, ...] = ()
    pos: tuple[PartOfSpeech, ...] = ()
    own: bool | None = None


async def search_words(database: Database, owner_id: UUID, search: Search, at: Cursor) -> list[Row]:
    """Rows of the words that are looked for, in alphabetical order."""
    conditions = _conditions(owner_id, search)
    if at.last is not None and at.last_text is not None:
        behind = "word.folded ~>=~ {} AND (word.folded ~>~ {} OR word.id > {})"
        conditions.add(behind, at.last_text, at.last_text, at.last)
    sql = SEARCH.format(where=conditions.where, limit=conditions.place(at.limit))
    return await database.rows(sql, *conditions.values)


async def word(database: Database, word_id: UUID, owner_id: UUID) -> WordView:
    """A word.

    Raises:
        ApiError: 404, there is none that the caller may see.
    """
    row = await database.row(ONE, word_id, owner_id)
    if row is None:
        raise not_found("word")
    return word_view(row)


def _conditions(owner_id: UUID, search: Search) -> Conditions:
    conditions = Conditions()
    conditions.add(VISIBLE, owner_id)
    conditions.add("word.language = {}", search.language)
    if prefix := folded(search.prefix):
        conditions.add("word.folded LIKE {}", _escaped(prefix) + "%")
    if search.levels:
        conditions.add("word.level = ANY({}::text[])", list(search.levels))
    if search.pos:
        conditions.add("word.pos = ANY({}::text[])", list(search.pos))
    if search.bands:
        _add_bands(conditions, search.bands)
    if search.own is not None:
        conditions.add("word.owner_id IS NOT NULL" if search.own else "word.owner_id IS NULL")
    return conditions


def _add_bands(conditions: Conditions, bands: tuple[Band, ...]) -> None:
    ranges = [
        f"(word.zipf >= {conditions.place(LEAST[band])} AND word.zipf < {conditions.place(MOST.get(band, 100.0))})"
        for band in bands
    ]
    conditions.add("(" + " OR ".join(ranges) + ")")


def _escaped(prefix: str) -> str:
    r"""The text as LIKE takes it literally: `%`, `_` and `\` are none of its signs."""
    return prefix.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
