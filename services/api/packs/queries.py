"""Packs in Postgres, as a learner and as an admin see them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from services.api.conditions import Conditions
from services.api.database import Database, Row
from services.api.packs.schemas import PackSummary, PackWord
from services.api.paging import Cursor, Page
from services.api.problems import not_found
from shared.articles.model import Level
from shared.lexicon.kana import latin_word
from shared.lexicon.model import Example

Shown = TypeVar("Shown")

# The page is cut from an index first; then its packs' words are counted.
PAGE = """
SELECT pack.*, counts.words, counts.owned
FROM (
  SELECT id, slug, language, level, title, description, published_at, created_at, updated_at FROM packs AS pack
  WHERE {where} ORDER BY level, id LIMIT {limit}
) AS pack
CROSS JOIN LATERAL (
  SELECT count(*) AS words, count(entry.id) AS owned
  FROM pack_words AS part JOIN words AS word ON word.id = part.word_id AND word.hidden_at IS NULL
  LEFT JOIN word_bank AS entry
    ON entry.word_id = part.word_id AND entry.pair_id = {pair}::uuid AND entry.owner_id = {owner}
  WHERE part.pack_id = pack.id
) AS counts
ORDER BY pack.level, pack.id
"""
WORDS = """
SELECT word.id, word.lemma, word.pos, word.sense, word.article, word.plural, word.reading, word.level,
       word.translations, word.forms, word.examples, entry.id IS NOT NULL AS owned
FROM pack_words AS part JOIN words AS word ON word.id = part.word_id AND word.hidden_at IS NULL
LEFT JOIN word_bank AS entry ON entry.word_id = word.id AND entry.pair_id = $2::uuid AND entry.owner_id = $3
WHERE part.pack_id = $1
ORDER BY part.position, word.id
"""
PUBLISHED = "pack.published_at IS NOT NULL"

_texts = msgspec.json.Decoder(dict[str, str]).decode
_translations = msgspec.json.Decoder(dict[str, list[str]]).decode
_examples = msgspec.json.Decoder(list[Example]).decode


class Viewer(msgspec.Struct, frozen=True):
    """Whose word bank tells which words are owned."""

    owner_id: UUID
    pair_id: UUID | None = None
    """Null: nothing is owned."""


async def pack_rows(database: Database, conditions: Conditions, limit: int, viewer: Viewer) -> list[Row]:
    """Rows of packs by level. One statement.

    Args:
        database: The API's pool.
        conditions: About `pack`.
        limit: How many at most.
        viewer: Who looks.
    """
    wanted = (("limit", limit), ("pair", viewer.pair_id), ("owner", viewer.owner_id))
    places = {name: conditions.place(value) for name, value in wanted}
    return await database.rows(PAGE.format(where=conditions.where, **places), *conditions.values)


async def pack_row(database: Database, pack_id: UUID, viewer: Viewer, *, published: bool) -> Row:
    """One pack.

    Args:
        database: The API's pool.
        pack_id: Its id.
        viewer: Who looks.
        published: Whether only a published one will do.

    Raises:
        ApiError: 404, there is none.
    """
    conditions = Conditions()
    conditions.add("pack.id = {}", pack_id)
    if published:
        conditions.add(PUBLISHED)
    rows = await pack_rows(database, conditions, 1, viewer)
    if not rows:
        raise not_found("pack")
    return rows[0]


def go_on_by_level(conditions: Conditions, at: Cursor) -> None:
    """Only packs behind the page before, in the order `level, id`."""
    if at.last is not None:
        conditions.add("(pack.level, pack.id) > ({}, {})", at.last_text or "", at.last)


def pages(at: Cursor, rows: list[Row], view: Callable[[Row], Shown]) -> Page[Shown]:
    """The page of these rows."""
    ids, levels = [row["id"] for row in rows], [row["level"] for row in rows]
    return at.page([view(row) for row in rows], ids, texts=levels)


def of_level(conditions: Conditions, level: Level | None) -> None:
    """Only packs of this level, if one is given."""
    if level is not None:
        conditions.add("pack.level = {}", level)


async def pack_words(database: Database, pack_id: UUID, viewer: Viewer) -> list[PackWord]:
    """The words of a pack, in their order."""
    return [_word(row) for row in await database.rows(WORDS, pack_id, viewer.pair_id, viewer.owner_id)]


def columns_of(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """These columns of a pack, and what it says of itself."""
    texts = {name: _texts(row[name]) for name in ("title", "description")}
    return {**{name: row[name] for name in names}, **texts}


def pack_summary(row: Row) -> PackSummary:
    """A row of `pack_rows` as learners see it."""
    return PackSummary(**columns_of(row, ("id", "language", "level", "words", "owned")))


def _word(row: Row) -> PackWord:
    columns = dict(row.items())
    return PackWord(
        **{
            **columns,
            "romanised": latin_word(columns["reading"], columns["lemma"], columns["pos"]),
            "translations": _translations(columns["translations"]),
            "forms": _texts(columns["forms"]),
            "examples": _examples(columns["examples"]),
        }
    )
