"""Fitting the scheduler to the caller's own reviews."""

from http import HTTPStatus

from litestar import Response, post
from litestar.di import NamedDependency

from services.api.jobs.orders import job_of, submitted
from services.api.jobs.schemas import JobView
from services.api.limits.quotas import ORDER
from services.api.openapi_responses import NEW_JOB_HEADERS, OWNED, TOO_FEW_REVIEWS
from services.api.problems import ApiError
from services.api.visits import Visit
from shared.jobs.kinds import FIT_SCHEDULER
from shared.learning.fitting import TELLING, too_few


@post(
    "/api/learning/settings/fit",
    status_code=HTTPStatus.ACCEPTED,
    opt=ORDER,
    tags=["Learning"],
    operation_id="fitScheduler",
    summary="Fit the scheduler",
    description="Fits FSRS's parameters to the caller's own reviews, and schedules all cards anew by them. At least "
    "512 of them must have come a day or more after the card's last: with fewer, FSRS's own parameters are better. An "
    "installation without the optimizer fails the job with `optimizer_not_installed`.",
    response_description="The job that fits it.",
    response_headers=NEW_JOB_HEADERS,
    responses=OWNED | TOO_FEW_REVIEWS,
)
async def fit_scheduler(visit: NamedDependency[Visit]) -> Response[JobView]:
    """Create the job, if there are reviews enough."""
    row = await visit.resources.database.row(TELLING, visit.owner_id)
    reason = too_few(0 if row is None else row["reviews"])
    if reason is not None:
        raise ApiError(HTTPStatus.CONFLICT, "too_few_reviews", reason)
    return await submitted(visit, job_of(visit, FIT_SCHEDULER, {}))
