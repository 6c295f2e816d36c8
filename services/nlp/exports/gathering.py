"""Everything that a learner owns, read a page at a time: tables by name, each row as it stands."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from shared.db.session import Database

PAGE = 1000  # rows
NOBODY = UUID(int=0)
NO_DAY = date.min
TABLES = {
    "language_pairs": "id",
    "words": "id",
    "word_bank": "id",
    "cards": "id",
    "reviews": "id",
    "word_lists": "id",
    "quizzes": "id",
    "study_sessions": "id",
    "speaking_sessions": "id",
    "reports": "id",
    "articles": "id",
    "study_settings": "owner_id",
    "freeze_days": "day",
}
"""Of each table the column by which its pages are told apart."""
SELECT = "SELECT * FROM {table} WHERE owner_id = $1 AND {key} > $2 ORDER BY {key} LIMIT $3"
COUNT = "SELECT count(*) AS many FROM {table} WHERE owner_id = $1"
LISTS = "SELECT id FROM word_lists WHERE owner_id = $1 ORDER BY id"
LIST_WORDS = (
    "SELECT member.list_id, member.word_id, word.lemma FROM word_list_words AS member"
    " JOIN words AS word ON word.id = member.word_id WHERE member.list_id = $1 ORDER BY member.word_id"
)
ACCOUNT = "SELECT id, email, name, native_language, role, plan, created_at FROM accounts WHERE id = $1"
BANK = (
    "SELECT entry.id, entry.lemma, entry.pos, entry.status, entry.note, entry.created_at, pair.language,"
    " pair.native_language, word.translations, word.reading, word.article, word.plural, word.examples"
    " FROM word_bank AS entry JOIN language_pairs AS pair ON pair.id = entry.pair_id"
    " LEFT JOIN words AS word ON word.id = entry.word_id"
    " WHERE entry.owner_id = $1 AND entry.id > $2 ORDER BY entry.id LIMIT $3"
)
CARDS_OF = "SELECT * FROM cards WHERE owner_id = $1 AND entry_id = ANY($2::uuid[]) ORDER BY entry_id, direction"
REVIEWS_OF = (
    "SELECT card_id, rating, reviewed_at, duration_ms, state_before FROM reviews"
    " WHERE owner_id = $1 AND card_id = ANY($2::uuid[]) AND undone_at IS NULL ORDER BY reviewed_at, id"
)
MEDIA_OF = (
    "SELECT entry_id, name, key FROM entry_media WHERE owner_id = $1 AND entry_id = ANY($2::uuid[]) ORDER BY name"
)

Row = dict[str, Any]


def pages(database: Database, owner_id: UUID, query: str, key: str = "id", *, most: int = PAGE) -> Iterator[list[Row]]:
    """The owner's rows of a query, at most so many at a time; between two pages no connection is held."""
    last: UUID | date = NO_DAY if key == "day" else NOBODY
    while True:
        with database.connection() as connection:
            page = connection.execute(query, (owner_id, last, most)).fetchall()
        if page:
            yield page
            last = page[-1][key]
        if len(page) < most:
            return


def table(database: Database, owner_id: UUID, name: str) -> Iterator[Row]:
    """The owner's rows of one table of `TABLES`."""
    key = TABLES[name]
    for page in pages(database, owner_id, SELECT.format(table=name, key=key), key):
        yield from page


def list_words(database: Database, owner_id: UUID) -> Iterator[Row]:
    """The words of the owner's lists, list by list."""
    for each in rows(database, LISTS, owner_id):
        yield from rows(database, LIST_WORDS, each["id"])


def owned(database: Database, owner_id: UUID, names: Iterable[str]) -> int:
    """How many rows of these tables of `TABLES` are the owner's."""
    counts = (rows(database, COUNT.format(table=name), owner_id) for name in names)
    return sum(int(row["many"]) for count in counts for row in count)


def rows(database: Database, query: str, *arguments: object) -> list[Row]:
    """All rows of a query."""
    with database.connection() as connection:
        return connection.execute(query, arguments).fetchall()
