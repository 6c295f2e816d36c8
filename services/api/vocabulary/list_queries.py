"""Reads lists of words: the caller's own, and public ones of others."""

from uuid import UUID

from services.api.conditions import Conditions
from services.api.database import Database, Row
from services.api.paging import Cursor
from services.api.problems import not_found
from services.api.vocabulary.list_schemas import ListView
from services.api.vocabulary.word_rows import COLUMNS, VISIBLE

_LISTS = f"""
SELECT list.id, list.name, list.language, list.public, list.created_at, list.owner_id = {{caller}} AS mine,
       (SELECT count(*) FROM word_list_words AS member JOIN words AS word ON word.id = member.word_id
        WHERE member.list_id = list.id AND {VISIBLE.format("{caller}")}) AS words
FROM word_lists AS list WHERE {{where}} ORDER BY list.id DESC LIMIT {{limit}}
"""  # noqa: S608 - our own text
_WORDS = f"""
SELECT {COLUMNS}, member.created_at AS added_at
FROM word_list_words AS member JOIN words AS word ON word.id = member.word_id
WHERE {{where}} ORDER BY member.created_at, word.id LIMIT {{limit}}
"""  # noqa: S608 - as above


async def lists_of(database: Database, owner_id: UUID, language: str | None, at: Cursor) -> list[ListView]:
    """The owner's lists, newest first, of one language or of all."""
    conditions = Conditions()
    conditions.add("list.owner_id = {}", owner_id)
    if language is not None:
        conditions.add("list.language = {}", language)
    return await _page(database, owner_id, conditions, at)


async def public_lists(database: Database, caller_id: UUID, language: str, at: Cursor) -> list[ListView]:
    """Everybody's public lists of a language, the caller's own among them, newest first."""
    conditions = Conditions()
    conditions.add("list.public AND list.language = {}", language)
    return await _page(database, caller_id, conditions, at)


async def one_list(database: Database, list_id: UUID, caller_id: UUID) -> ListView:
    """A list.

    Raises:
        ApiError: 404, there is none that the caller may read.
    """
    conditions = Conditions()
    conditions.add("list.id = {} AND (list.owner_id = {} OR list.public)", list_id, caller_id)
    found = await _rows(database, caller_id, conditions, 1)
    if not found:
        raise not_found("list")
    return found[0]


async def words_of(database: Database, list_id: UUID, caller_id: UUID, at: Cursor) -> list[Row]:
    """The words of a list that the caller may read, first added first; `added_at` is when."""
    conditions = Conditions()
    conditions.add("member.list_id = {}", list_id)
    conditions.add(VISIBLE, caller_id)
    if at.last is not None and at.last_at is not None:
        conditions.add("(member.created_at, word.id) > ({}, {})", at.last_at, at.last)
    sql = _WORDS.format(where=conditions.where, limit=conditions.place(at.limit))
    return await database.rows(sql, *conditions.values)


async def _page(database: Database, caller_id: UUID, conditions: Conditions, at: Cursor) -> list[ListView]:
    if at.last is not None:
        conditions.add("list.id < {}", at.last)
    return await _rows(database, caller_id, conditions, at.limit)


async def _rows(database: Database, caller_id: UUID, conditions: Conditions, limit: int) -> list[ListView]:
    caller, most = conditions.place(caller_id), conditions.place(limit)
    sql = _LISTS.format(where=conditions.where, caller=caller, limit=most)
    return [ListView(**dict(row.items())) for row in await database.rows(sql, *conditions.values)]
