"""The caller's articles, newest first, without their texts."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Meta

from services.api.articles.schemas import ArticleSummary
from services.api.conditions import Conditions, go_on
from services.api.database import Database, Row
from services.api.openapi_responses import INVALID, OWNED
from services.api.paging import DEFAULT_SIZE, MOST_SIZE, Cursor, Page, PageSize, PageToken, cursor
from services.api.problems import FieldError, input_invalid
from services.api.visits import Visit
from shared.articles.model import Level

MOST_SKIPPED = 1_000_000
"""Rows; who goes so far should go on by token, which costs the same on every page."""
Languages = Annotated[
    list[Annotated[str, Meta(pattern="^[a-z]{2,3}$")]] | None,
    QueryParameter(name="language", description="Only articles in this language; several times for several."),
]
Levels = Annotated[
    list[Level] | None,
    QueryParameter(name="level", description="Only articles for this level; several times for several."),
]
Skip = Annotated[
    int | None,
    QueryParameter(name="skip", ge=0, le=MOST_SKIPPED, description="Rows to leave out; not with `page_token`."),
]
Limit = Annotated[
    int | None,
    QueryParameter(name="limit", ge=1, description=f"`page_size` by another name, at most {MOST_SIZE}; not with it."),
]

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


@get(
    "/api/articles",
    tags=["Articles"],
    operation_id="listArticles",
    summary="List articles",
    description="The caller's articles, newest first, without their texts. The next page is asked for with "
    "`page_token` and the same filters. `skip` and `limit` are there for clients that count; they show a row twice or "
    "never when articles are written or deleted meanwhile.",
    response_description="A page of articles.",
    responses=OWNED | INVALID,
)
async def list_articles(
    *,
    visit: NamedDependency[Visit],
    language: Languages = None,
    level: Levels = None,
    page_size: PageSize = 0,
    page_token: PageToken = None,
    skip: Skip = None,
    limit: Limit = None,
) -> Page[ArticleSummary]:
    """A page of the caller's articles."""
    _require_one_way(page_size, page_token, skip, limit)
    languages, levels = sorted(set(language or ())), sorted(set(level or ()))
    at = cursor(limit or page_size or DEFAULT_SIZE, page_token, "articles", visit.owner_id, languages, levels)
    conditions = chosen(visit.owner_id, languages, levels, at)
    rows, token = page_of(await article_rows(visit.resources.database, conditions, at.limit, skip=skip or 0), at)
    return Page([article_summary(row) for row in rows], token)


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


def _require_one_way(page_size: int, page_token: str | None, skip: int | None, limit: int | None) -> None:
    """Pages are asked for by token or by counting.

    Raises:
        ApiError: 400, both at once.
    """
    counted = [name for name, value in (("skip", skip), ("limit", limit)) if value is not None]
    tokens = [name for name, value in (("page_size", page_size), ("page_token", page_token)) if value]
    if counted and tokens:
        raise input_invalid([FieldError(name, f"cannot be given together with {tokens[0]}") for name in counted])
