"""Speaking sessions in Postgres, and what clients see of them."""

from uuid import UUID

import msgspec

from services.api.conditions import Conditions, go_on
from services.api.database import Database, Row
from services.api.paging import Cursor
from services.api.problems import not_found
from services.api.resources import Resources
from services.api.sentences.audio_views import audio_view
from services.api.sentences.queries import VISIBLE
from services.api.sentences.schemas import Translation
from services.api.speaking.schemas import SentenceToSay, SpeakingOrder, SpeakingSession, SpeakingSummary
from shared.jobs.ids import uuid7
from shared.lexicon.model import RubyPiece

BEGIN = f"""
INSERT INTO speaking_sessions (id, owner_id, sentence_id, mode)
SELECT $1, $2, sentence.id, $4 FROM sentences AS sentence WHERE sentence.id = $3 AND {VISIBLE}
RETURNING id
"""  # noqa: S608 - our own text
# A sentence that was hidden meanwhile is shown to nobody; the session is still there.
ONE = f"""
SELECT session.id, session.mode, session.created_at, session.sentence_id, sentence.language, sentence.text,
       sentence.words, sentence.ruby, sentence.romanised, sentence.audio
FROM speaking_sessions AS session LEFT JOIN sentences AS sentence ON sentence.id = session.sentence_id AND {VISIBLE}
WHERE session.id = $1 AND session.owner_id = $2
"""  # noqa: S608 - our own text
PAGE = f"""
SELECT session.id, session.mode, session.created_at, session.sentence_id, sentence.language, sentence.text
FROM speaking_sessions AS session
LEFT JOIN sentences AS sentence ON sentence.id = session.sentence_id AND {VISIBLE.replace("$2", "session.owner_id")}
WHERE {{where}} ORDER BY session.created_at DESC, session.id LIMIT {{limit}}
"""  # noqa: S608 - our own text
TRANSLATIONS = f"""
SELECT sentence.id, sentence.language, sentence.text
FROM sentence_translations AS link JOIN sentences AS sentence ON sentence.id = link.translation_id
WHERE link.sentence_id = $1 AND {VISIBLE}
  AND sentence.language IN (SELECT native_language FROM language_pairs WHERE owner_id = $2 AND language = $3)
ORDER BY sentence.language, sentence.id
"""  # noqa: S608 - our own text
DELETE = "DELETE FROM speaking_sessions WHERE id = $1 AND owner_id = $2 RETURNING id"

_ruby = msgspec.json.Decoder(list[RubyPiece] | None).decode


async def begin(database: Database, owner_id: UUID, order: SpeakingOrder) -> UUID:
    """Begin a session.

    Raises:
        ApiError: 404, no sentence that the learner may see.
    """
    row = await database.row(BEGIN, uuid7(), owner_id, order.sentence_id, order.mode)
    if row is None:
        raise not_found("sentence")
    made: UUID = row["id"]
    return made


async def session_row(database: Database, session_id: UUID, owner_id: UUID) -> Row:
    """The learner's session.

    Raises:
        ApiError: 404, there is none.
    """
    row = await database.row(ONE, session_id, owner_id)
    if row is None:
        raise not_found("session")
    return row


async def delete(database: Database, session_id: UUID, owner_id: UUID) -> None:
    """Forget the learner's session.

    Raises:
        ApiError: 404, there is none.
    """
    if await database.row(DELETE, session_id, owner_id) is None:
        raise not_found("session")


async def session_rows(database: Database, owner_id: UUID, at: Cursor) -> list[SpeakingSummary]:
    """The learner's sessions, newest first."""
    conditions = Conditions()
    conditions.add("session.owner_id = {}", owner_id)
    go_on(conditions, at, "session")
    sql = PAGE.format(where=conditions.where, limit=conditions.place(at.limit))
    return [SpeakingSummary(**dict(row.items())) for row in await database.rows(sql, *conditions.values)]


async def translations(database: Database, row: Row, owner_id: UUID) -> list[Translation]:
    """What the session's sentence is in the languages that the learner learns its language from."""
    if row["text"] is None:
        return []
    rows = await database.rows(TRANSLATIONS, row["sentence_id"], owner_id, row["language"])
    return [Translation(**dict(each.items())) for each in rows]


def session_view(row: Row, translated: list[Translation], resources: Resources) -> SpeakingSession:
    """The session as clients see it; it signs an address, which blocks."""
    return SpeakingSession(
        id=row["id"],
        mode=row["mode"],
        created_at=row["created_at"],
        sentence_id=row["sentence_id"],
        sentence=None if row["text"] is None else _sentence(row, translated, resources),
    )


def _sentence(row: Row, translated: list[Translation], resources: Resources) -> SentenceToSay:
    graded = row["mode"] == "graded"  # it is to be said, not to be repeated
    return SentenceToSay(
        language=row["language"],
        text=row["text"],
        words=row["words"],
        ruby=_ruby(row["ruby"] or b"null"),
        romanised=row["romanised"],
        translations=translated,
        audio=None if graded else audio_view(row["audio"], resources.sign, resources.now()),
    )
