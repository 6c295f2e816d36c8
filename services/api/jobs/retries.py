"""Whether a job can still be retried: not once the article that it wrote was deleted."""

from http import HTTPStatus
from uuid import UUID

from services.api.database import Database
from services.api.jobs.queries import job_row
from services.api.jobs.views import status_of
from services.api.problems import ApiError


async def require_article(database: Database, job_id: UUID, owner_id: UUID) -> None:
    """Refuse to make a job whose steps would find no article.

    Raises:
        ApiError: 404, no such job of this owner; 409, its article was deleted.
    """
    row = await job_row(database, job_id, owner_id)
    if any(step.article_gone for step in row.steps):
        members = {"job_id": str(job_id), "job_status": status_of(row)}
        detail = "The article of this job was deleted: order a new one."
        raise ApiError(HTTPStatus.CONFLICT, "job_not_retryable", detail, members=members)
