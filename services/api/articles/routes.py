"""Ordering an article, and reading it."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody

from services.api.articles.assembly import article_view
from services.api.articles.learners import for_learner
from services.api.articles.orders import job_for, request_of
from services.api.articles.queries import article_row
from services.api.articles.schemas import ArticleOrder, ArticleView
from services.api.bodies import require_json
from services.api.idempotency import IdempotencyKey, idempotency_of
from services.api.jobs import actions
from services.api.jobs.answers import awaited, created_response
from services.api.jobs.schemas import JobView
from services.api.limits.quotas import ORDER
from services.api.observing import held_back
from services.api.openapi_responses import BODY, INVALID, KEY_REUSED, NOT_FOUND, ORDER_HEADERS, OWNED
from services.api.preferences import life, preferred_wait
from services.api.visits import Visit

Prefer = Annotated[
    str | None,
    HeaderParameter(
        name="Prefer", description="`wait=N` (RFC 7240): hold the answer back up to N seconds, at most 60."
    ),
]
CancelAfter = Annotated[
    str | None,
    HeaderParameter(
        name="Cancel-After",
        description="`90s`, `2m`, `1h`: cancel the job if it has not ended by then; `expired` if it never began.",
    ),
]


class ArticleController(Controller):
    """Articles of the caller."""

    tags = ("Articles",)

    @post(
        "/api/generation/articles",
        status_code=HTTPStatus.ACCEPTED,
        guards=[require_json],
        opt=ORDER,
        operation_id="createArticle",
        summary="Have an article written",
        description="Writes an article for a level, cuts it into sentences and words, translates it, reads it aloud "
        "and finds when each word is spoken. The answer is the job to poll; with `Prefer: wait` it is 202 as well, "
        "and `done` says whether the job has ended. With an `Idempotency-Key` it can be sent again safely: after "
        "an answer that never came, or a 503.",
        response_description="The job that writes it.",
        response_headers=ORDER_HEADERS,
        responses=OWNED | INVALID | BODY | KEY_REUSED,
    )
    async def create(
        self,
        *,
        data: JSONBody[ArticleOrder],
        request: Request[Any, Any, Any],
        visit: NamedDependency[Visit],
        prefer: Prefer = None,
        cancel_after: CancelAfter = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Response[JobView]:
        """Create the job; it is committed before the answer is sent."""
        article = request_of(data)
        submission = job_for(
            await for_learner(visit, article) if data.use_due_words else article,
            visit.owner_id,
            expires_in_s=life(cancel_after),
            request_id=visit.request_id,
            idempotency=idempotency_of(idempotency_key, data),
        )
        job = await actions.submit(visit.resources, submission)
        wait = preferred_wait(prefer)
        if wait:
            with held_back(request.scope, wait):
                await awaited(visit, job.id, None, wait)
        response = await created_response(visit, job)
        if wait is not None:
            response.headers["Preference-Applied"] = f"wait={wait}"
        return response

    @get(
        "/api/articles/{article_id:uuid}",
        operation_id="getArticle",
        summary="Read an article",
        description="The article as far as it is made. Offsets count Unicode code points of `text`, times are "
        "milliseconds from the start of the audio.",
        response_description="The article.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(
        self,
        article_id: FromPath[UUID],
        visit: NamedDependency[Visit],
    ) -> ArticleView:
        """The article with all that is made from it so far."""
        row = await article_row(visit.resources.database, article_id, visit.owner_id)
        # A long article has thousands of tokens: putting it together must not hold up everybody else.
        return await to_thread.run_sync(lambda: article_view(row, visit.resources.sign, visit.resources.now()))
