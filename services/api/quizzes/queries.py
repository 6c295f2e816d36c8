"""Quizzes in Postgres: what they are made from, and what is stored of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.api.conditions import Conditions, go_on
from services.api.database import Database, Row
from services.api.paging import Cursor
from services.api.problems import not_found
from services.api.quizzes.model import Material, Question
from services.api.quizzes.schemas import Kind
from shared.articles.model import Level
from shared.lexicon.model import Example

MOST_MATERIAL = 500
"""Words of the bank that are looked at, the latest first, and as many others of each part of speech."""
COLUMNS = (
    "word.id AS word_id, word.lemma, word.pos, word.article, word.plural, word.translations, word.forms, word.examples"
)
# What a learner learns or has learnt; what is ignored or suspended is not asked.
ASKED = f"""
SELECT {COLUMNS}
FROM word_bank AS entry JOIN words AS word ON word.id = entry.word_id
WHERE entry.owner_id = $1 AND entry.pair_id = $2 AND entry.status IN ('new', 'learning', 'known')
  AND word.hidden_at IS NULL AND ($3::text IS NULL OR word.level = $3)
ORDER BY entry.created_at DESC, entry.id LIMIT {MOST_MATERIAL}
"""  # noqa: S608 - our own text
# The most frequent of each part of speech, so that wrong choices are words that the learner may know.
OTHERS = f"""
SELECT word.* FROM unnest($2::text[]) AS wanted(pos)
CROSS JOIN LATERAL (
  SELECT {COLUMNS} FROM words AS word
  WHERE word.language = $1 AND word.pos = wanted.pos AND word.owner_id IS NULL AND word.hidden_at IS NULL
  ORDER BY word.zipf DESC NULLS LAST, word.id LIMIT {MOST_MATERIAL // 10}
) AS word
"""  # noqa: S608 - our own text
SUMMARY = "id, pair_id, kind, jsonb_array_length(questions) AS size, correct, created_at, answered_at"
SAVE = """
INSERT INTO quizzes (id, owner_id, pair_id, kind, questions, created_at)
SELECT $1, owner_id, id, $4, $5, $6 FROM language_pairs WHERE owner_id = $2 AND id = $3 FOR KEY SHARE
RETURNING id
"""
ONE = f"SELECT {SUMMARY}, questions, answers FROM quizzes WHERE id = $1 AND owner_id = $2"  # noqa: S608 - our own text
PAGE = f"SELECT {SUMMARY} FROM quizzes WHERE {{where}} ORDER BY created_at DESC, id LIMIT {{limit}}"  # noqa: S608 - ours
# Of two who answer at once the second changes nothing.
ANSWER = """
UPDATE quizzes SET answers = $3, correct = $4, answered_at = $5
WHERE id = $1 AND owner_id = $2 AND answered_at IS NULL RETURNING id
"""

_translations = msgspec.json.Decoder(dict[str, list[str]]).decode
_forms = msgspec.json.Decoder(dict[str, str]).decode
_examples = msgspec.json.Decoder(list[Example]).decode


class NewQuiz(msgspec.Struct, frozen=True, kw_only=True):
    """A quiz to be stored."""

    id: UUID
    """Also what its questions are drawn by."""
    kind: Kind
    questions: list[Question]
    created_at: datetime


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody answered, and how much of it is right."""

    answers: list[str]
    correct: int
    at: datetime


async def asked_words(database: Database, owner_id: UUID, pair_id: UUID, level: Level | None) -> list[Material]:
    """What of the learner's bank may be asked."""
    return [_material(row) for row in await database.rows(ASKED, owner_id, pair_id, level)]


async def other_words(database: Database, language: str, words: Sequence[Material]) -> list[Material]:
    """Words of the lexicon with the same parts of speech as these."""
    wanted = sorted({word.pos for word in words})
    return [_material(row) for row in await database.rows(OTHERS, language, wanted)]


async def save(database: Database, owner_id: UUID, pair_id: UUID, quiz: NewQuiz) -> None:
    """Store a new quiz.

    Raises:
        ApiError: 404, the pair is gone in the meantime.
    """
    values = (quiz.id, owner_id, pair_id, quiz.kind, msgspec.json.encode(quiz.questions), quiz.created_at)
    if await database.row(SAVE, *values) is None:
        raise not_found("pair")


async def quiz_row(database: Database, quiz_id: UUID, owner_id: UUID) -> Row:
    """The owner's quiz.

    Raises:
        ApiError: 404, no such quiz of this owner.
    """
    row = await database.row(ONE, quiz_id, owner_id)
    if row is None:
        raise not_found("quiz")
    return row


async def quiz_rows(database: Database, owner_id: UUID, at: Cursor) -> list[Row]:
    """The owner's quizzes, newest first."""
    conditions = Conditions()
    conditions.add("quizzes.owner_id = {}", owner_id)
    go_on(conditions, at, "quizzes")
    sql = PAGE.format(where=conditions.where, limit=conditions.place(at.limit))
    return await database.rows(sql, *conditions.values)


async def save_answers(database: Database, quiz_id: UUID, owner_id: UUID, given: Answered) -> bool:
    """Store the answers; false if there were some."""
    values = (quiz_id, owner_id, msgspec.json.encode(given.answers), given.correct, given.at)
    return await database.row(ANSWER, *values) is not None


def _material(row: Row) -> Material:
    columns = dict(row.items())
    return Material(
        **{
            **columns,
            "translations": _translations(columns["translations"]),
            "forms": _forms(columns["forms"]),
            "examples": _examples(columns["examples"]),
        }
    )
