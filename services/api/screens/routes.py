"""Screens: read-only, one request each, composed of what the other rooms know."""

from datetime import timedelta
from uuid import UUID

import msgspec
from anyio import to_thread
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.api.articles.assembly import article_view
from services.api.articles.lists import Languages, Levels
from services.api.articles.queries import article_row
from services.api.articles.summaries import article_rows, article_summary, chosen, page_of
from services.api.database import Row
from services.api.jobs.summaries import summary
from services.api.openapi_responses import INVALID, NOT_FOUND, NOT_MODIFIED, OWNED
from services.api.paging import Cursor, PageSize, PageToken, cursor
from services.api.screens import queries
from services.api.screens.answers import PRIVATE, IfNoneMatch, answer
from services.api.screens.excerpts import excerpt
from services.api.screens.schemas import (
    EXCERPT,
    ArticleCard,
    ArticleInMaking,
    ArticlesScreen,
    JobsScreen,
    ReaderScreen,
)
from services.api.visits import Visit

LAST_DAYS = timedelta(days=7)
"""How far back the jobs screen looks."""


class ScreenController(Controller):
    """What the caller's screens show."""

    path = "/bff"
    tags = ("Screens",)

    @get(
        "/articles",
        operation_id="showArticlesScreen",
        summary="The list of articles",
        description="Cards of the caller's articles, newest first, with the newest job of each; on the first page also "
        "what is not written yet.",
        response_description="The screen.",
        responses=OWNED | INVALID | NOT_MODIFIED,
    )
    async def articles(
        self,
        *,
        visit: NamedDependency[Visit],
        language: Languages = None,
        level: Levels = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response[ArticlesScreen]:
        """The list screen: three statements."""
        languages, levels = sorted(set(language or ())), sorted(set(level or ()))
        at = cursor(page_size, page_token, "screen", visit.owner_id, languages, levels)
        database = visit.resources.database
        conditions = chosen(visit.owner_id, languages, levels, at)
        rows, token = page_of(await article_rows(database, conditions, at.limit, excerpt=2 * EXCERPT), at)
        first_jobs = [row["job_id"] for row in rows if row["job_id"] is not None]
        jobs = await queries.latest_jobs(database, visit.owner_id, first_jobs) if first_jobs else {}
        screen = ArticlesScreen(
            in_making=await _in_making(visit, at), items=[_card(row, jobs) for row in rows], next_page_token=token
        )
        return answer(screen, if_none_match)

    @get(
        "/articles/{article_id:uuid}",
        operation_id="showReaderScreen",
        summary="An article to read",
        description="The article as `getArticle` gives it, its newest job, and the articles beside it.",
        response_description="The screen.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def reader(self, article_id: FromPath[UUID], visit: NamedDependency[Visit]) -> Response[ReaderScreen]:
        """The reader screen: three statements. It has no ETag: the address of the audio is new each time."""
        database, owner_id = visit.resources.database, visit.owner_id
        row = await article_row(database, article_id, owner_id)
        jobs = await queries.latest_jobs(database, owner_id, [row["job_id"]]) if row["job_id"] else {}
        beside = await queries.neighbours(database, owner_id, row["created_at"], article_id)
        article = await to_thread.run_sync(lambda: article_view(row, visit.resources.sign, visit.resources.now()))
        screen = ReaderScreen(
            article=article,
            job=summary(jobs[article_id]) if article_id in jobs else None,
            previous_id=beside["previous_id"],
            next_id=beside["next_id"],
        )
        return Response(screen, headers=PRIVATE)

    @get(
        "/jobs",
        operation_id="showJobsScreen",
        summary="The jobs",
        description="Open jobs first, then those of the last seven days that have ended; how many have each status.",
        response_description="The screen.",
        responses=OWNED | INVALID | NOT_MODIFIED,
    )
    async def jobs(self, *, visit: NamedDependency[Visit], if_none_match: IfNoneMatch = None) -> Response[JobsScreen]:
        """The jobs screen: three statements."""
        database, owner_id = visit.resources.database, visit.owner_id
        midnight = visit.resources.now().replace(hour=0, minute=0, second=0, microsecond=0)
        since = midnight - LAST_DAYS
        screen = JobsScreen(
            since=since,
            counts=await queries.counts(database, owner_id, since),
            open=[summary(row) for row in await queries.open_jobs(database, owner_id)],
            ended=[summary(row) for row in await queries.ended_jobs(database, owner_id, since)],
        )
        return answer(screen, if_none_match)


async def _in_making(visit: Visit, at: Cursor) -> list[ArticleInMaking]:
    if at.last is not None:
        return []
    rows = await queries.jobs_without_text(visit.resources.database, visit.owner_id)
    return [
        ArticleInMaking(subject=excerpt(row["subject"]), language=row["language"], level=row["level"], job=summary(row))
        for row in rows
    ]


def _card(row: Row, jobs: dict[UUID, Row]) -> ArticleCard:
    job = jobs.get(row["id"])
    return ArticleCard(
        **msgspec.structs.asdict(article_summary(row)),
        excerpt=excerpt(row["beginning"]),
        job=None if job is None else summary(job),
    )
