"""Sentences in Postgres, and what clients see of them."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from services.api.conditions import Conditions
from services.api.database import Database, Row
from services.api.problems import not_found
from services.api.sentences.audio_views import audio_view
from services.api.sentences.schemas import SentenceSummary, SentenceView, Translation
from shared.lexicon.model import RubyPiece

PAGE = """
SELECT id, language, text, char_length(text) AS characters, words, level, tags, source, author, licence, status
FROM sentences AS sentence WHERE {where} ORDER BY id LIMIT {limit}
"""
# What was contributed is seen by who contributed it.
VISIBLE = "(sentence.status = 'published' AND sentence.hidden_at IS NULL OR sentence.contributor_id = $2)"
ONE = f"""
SELECT sentence.id, language, text, char_length(text) AS characters, words, level, tags, source, source_id, author,
       licence, status, ruby, romanised, audio, created_at, updated_at
FROM sentences AS sentence WHERE id = $1 AND ($3 OR {VISIBLE})
"""  # noqa: S608 - our own text
TRANSLATIONS = f"""
SELECT sentence.id, sentence.language, sentence.text
FROM sentence_translations AS link JOIN sentences AS sentence ON sentence.id = link.translation_id
WHERE link.sentence_id = $1 AND ($4::text IS NULL OR sentence.language = $4) AND ($3 OR {VISIBLE})
ORDER BY sentence.language, sentence.id
"""  # noqa: S608 - our own text
SUMMARY = ("id", "language", "text", "characters", "words", "level", "tags", "source", "author", "licence", "status")

_ruby = msgspec.json.Decoder(list[RubyPiece]).decode


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads a sentence, and which translations they want."""

    owner_id: UUID
    admin: bool = False
    """An admin sees what is hidden or not published."""
    language: str | None = None
    """Of translations; all of them if null."""


async def sentence_rows(database: Database, conditions: Conditions, limit: int) -> list[SentenceSummary]:
    """Sentences in the order of their ids; the conditions are about `sentence`."""
    sql = PAGE.format(where=conditions.where, limit=conditions.place(limit))
    rows = await database.rows(sql, *conditions.values)
    return [SentenceSummary(**{name: row[name] for name in SUMMARY}) for row in rows]


async def sentence_row(database: Database, sentence_id: UUID, reading: Reading) -> Row:
    """One sentence.

    Raises:
        ApiError: 404, there is none that the reader may see.
    """
    row = await database.row(ONE, sentence_id, reading.owner_id, reading.admin)
    if row is None:
        raise not_found("sentence")
    return row


async def translations(database: Database, sentence_id: UUID, reading: Reading) -> list[Translation]:
    """What it is in other languages."""
    values = (sentence_id, reading.owner_id, reading.admin, reading.language)
    rows = await database.rows(TRANSLATIONS, *values)
    return [Translation(id=row["id"], language=row["language"], text=row["text"]) for row in rows]


def sentence_view(
    row: Row, translated: list[Translation], sign: Callable[[str, int], str], now: datetime
) -> SentenceView:
    """The sentence as clients see it.

    Args:
        row: Of `sentence_row`.
        translated: What it is in other languages.
        sign: Makes an address from an object key that lives for so many seconds.
        now: When it is made.
    """
    columns = {name: row[name] for name in (*SUMMARY, "source_id", "romanised", "created_at", "updated_at")}
    ruby = None if row["ruby"] is None else _ruby(row["ruby"])
    return SentenceView(**columns, ruby=ruby, audio=audio_view(row["audio"], sign, now), translations=translated)
