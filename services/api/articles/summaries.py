"""Articles in lists: their rows in one statement, and what clients see of them."""

from uuid import UUID

from services.api.articles.schemas import ArticleSummary
from services.api.conditions import Conditions, go_on
from services.api.database import Database, Row
from services.api.paging import Cursor
from shared.articles.model import Level

# The page is cut from an index first. Of the artefacts only small columns are read, never sentences.
PAGE = """
SELECT article.*, (annotation.profile ->> 'words')::integer AS words, narration.duration_ms
FROM (
  SELECT id, job_id, language, native_language, level, title, created_at, left(text, {excerpt}) AS beginning
  FROM articles
  WHERE {where}
  ORDER BY created_at DESC, id
  LIMIT {limit} OFFSET {skip}
) AS article
LEFT JOIN article_annotations AS annotation ON annotation.article_id = article.id
LEFT JOIN article_narrations AS narration ON narration.article_id = article.id
ORDER BY article.created_at DESC, article.id
"""


async def article_rows(
    database: Database, conditions: Conditions, limit: int, *, skip: int = 0, excerpt: int = 0
) -> list[Row]:
    """The rows of a list of articles. One statement.

    Args:
        database: The API's pool.
        conditions: About `articles`; that of the owner is the caller's duty.
        limit: How many at most.
        skip: How many to leave out first.
        excerpt: Characters of the text to read as `beginning`.
    """
    places = {name: conditions.place(value) for name, value in (("limit", limit), ("skip", skip), ("excerpt", excerpt))}
    return await database.rows(PAGE.format(where=conditions.where, **places), *conditions.values)


def chosen(owner_id: UUID, languages: list[str], levels: list[Level], at: Cursor) -> Conditions:
    """The owner's articles in these languages, for these levels (none given is any), behind the page before."""
    conditions = Conditions()
    conditions.add("articles.owner_id = {}", owner_id)
    if languages:
        conditions.add("articles.language = ANY({}::text[])", languages)
    if levels:
        conditions.add("articles.level = ANY({}::text[])", levels)
    go_on(conditions, at, "articles")
    return conditions


def page_of(rows: list[Row], at: Cursor) -> tuple[list[Row], str]:
    """The rows to show of those that were read, and the token of the page behind them."""
    page = at.page(rows, [row["id"] for row in rows], [row["created_at"] for row in rows])
    return page.items, page.next_page_token


def article_summary(row: Row) -> ArticleSummary:
    """A row of `article_rows` as clients see it."""
    return ArticleSummary(
        id=row["id"],
        job_id=row["job_id"],
        language=row["language"],
        native_language=row["native_language"],
        level=row["level"],
        title=row["title"],
        words=row["words"],
        has_audio=row["duration_ms"] is not None,
        duration_ms=row["duration_ms"],
        created_at=row["created_at"],
    )
