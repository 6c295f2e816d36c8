"""What screens show: everything one needs, in one answer."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.articles.schemas import ArticleSummary, ArticleView
from services.api.jobs.schemas import JobStatus, JobSummary
from shared.articles.model import Level

EXCERPT = 200  # characters


class ArticleCard(ArticleSummary, frozen=True, kw_only=True):
    """An article on the list screen."""

    excerpt: Annotated[str, Meta(description=f"How the text begins: whole words, at most {EXCERPT} characters.")]
    job: Annotated[
        JobSummary | None, Meta(description="The newest job that works or worked on it: the last of its retries.")
    ]


class ArticleInMaking(msgspec.Struct, frozen=True, kw_only=True):
    """An article that is not written yet."""

    subject: Annotated[
        str, Meta(description=f"What was ordered: topic, address or text, at most {EXCERPT} characters.")
    ]
    language: str
    level: Level
    job: JobSummary


class ArticlesScreen(msgspec.Struct, frozen=True, kw_only=True):
    """The list screen."""

    in_making: Annotated[list[ArticleInMaking], Meta(description="Newest first, at most 50; on the first page only.")]
    items: list[ArticleCard]
    next_page_token: Annotated[str, Meta(description="Empty on the last page, and only there.")]


class ReaderScreen(msgspec.Struct, frozen=True, kw_only=True):
    """The reader screen."""

    article: ArticleView
    job: JobSummary | None
    previous_id: Annotated[UUID | None, Meta(description="The article above it in the list, which is newer.")]
    next_id: Annotated[UUID | None, Meta(description="The article below it in the list, which is older.")]


class StatusCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many jobs have a status."""

    status: JobStatus
    count: int


class JobsScreen(msgspec.Struct, frozen=True, kw_only=True):
    """The jobs screen."""

    since: Annotated[datetime, Meta(description="Ended jobs are shown and counted if they were created since.")]
    counts: list[StatusCount]
    open: Annotated[list[JobSummary], Meta(description="Newest first, at most 100, however old.")]
    ended: Annotated[list[JobSummary], Meta(description="Newest first, at most 100.")]
