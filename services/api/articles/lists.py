"""The caller's articles, newest first, without their texts."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Meta

from services.api.articles.schemas import ArticleSummary
from services.api.articles.summaries import article_rows, article_summary, chosen, page_of
from services.api.openapi_responses import INVALID, OWNED
from services.api.paging import DEFAULT_SIZE, MOST_SIZE, Page, PageSize, PageToken, cursor
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


def _require_one_way(page_size: int, page_token: str | None, skip: int | None, limit: int | None) -> None:
    """Pages are asked for by token or by counting.

    Raises:
        ApiError: 400, both at once.
    """
    counted = [name for name, value in (("skip", skip), ("limit", limit)) if value is not None]
    tokens = [name for name, value in (("page_size", page_size), ("page_token", page_token)) if value]
    if counted and tokens:
        raise input_invalid([FieldError(name, f"cannot be given together with {tokens[0]}") for name in counted])
