"""Having a word looked up, and the words of a text found."""

from http import HTTPStatus

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from services.api.analyses.orders import query_of, search_of
from services.api.analyses.queries import known_analysis
from services.api.analyses.schemas import AnalysisOrder, AnalysisView, DetectionOrder
from services.api.bodies import require_json
from services.api.idempotency import IdempotencyKey, idempotency_of
from services.api.jobs.orders import job_of, submitted
from services.api.jobs.schemas import JobView
from services.api.limits.quotas import ORDER
from services.api.openapi_responses import BODY, INVALID, KEY_REUSED, NO_PAIR, NOT_FOUND, ORDER_HEADERS, OWNED
from services.api.visits import Visit
from shared.jobs.kinds import ANALYSE_WORD, DETECT_WORDS

KNOWN = {200: ResponseSpec(AnalysisView, generate_examples=False, description="It was looked up before.")}


class AnalysisController(Controller):
    """Words that are looked up and found."""

    path = "/api/vocabulary"
    tags = ("Vocabulary",)

    @post(
        "/analyze",
        status_code=HTTPStatus.ACCEPTED,
        guards=[require_json],
        opt=ORDER,
        operation_id="analyzeWord",
        summary="Have a word looked up",
        description="A word that was looked up before, for anybody, is answered at once with 200. Else the answer is "
        "202 with the job; when that has succeeded, the same request is answered. What is found becomes part of the "
        "lexicon.",
        response_description="The job that looks it up.",
        response_headers=ORDER_HEADERS,
        responses=OWNED | INVALID | BODY | KEY_REUSED | KNOWN,
    )
    async def analyze(
        self, *, data: JSONBody[AnalysisOrder], visit: NamedDependency[Visit], idempotency_key: IdempotencyKey = None
    ) -> Response[AnalysisView]:
        """What is known of the word, or a job."""
        query = query_of(data)
        known = await known_analysis(visit.resources.database, query)
        if known is not None:
            return Response(known, status_code=HTTPStatus.OK)
        answer = await submitted(visit, job_of(visit, ANALYSE_WORD, query, idempotency_of(idempotency_key, data)))
        view = AnalysisView(words=[], provenance=None, job=answer.content)
        return Response(view, status_code=HTTPStatus.ACCEPTED, headers=answer.headers)

    @post(
        "/detect",
        status_code=HTTPStatus.ACCEPTED,
        guards=[require_json],
        opt=ORDER,
        operation_id="detectWords",
        summary="Find words worth learning",
        description="Looks in a text, or in an article of the caller, for words at the learner's level that the word "
        "bank does not have. The job's `result.words` are at most 15, the most useful first, each with the reason; "
        "those without `word_ids` can be looked up with `analyze`.",
        response_description="The job that finds them.",
        response_headers=ORDER_HEADERS,
        responses=OWNED | INVALID | BODY | NOT_FOUND | NO_PAIR | KEY_REUSED,
    )
    async def detect(
        self, *, data: JSONBody[DetectionOrder], visit: NamedDependency[Visit], idempotency_key: IdempotencyKey = None
    ) -> Response[JobView]:
        """Create the job."""
        search = await search_of(visit, data)
        return await submitted(visit, job_of(visit, DETECT_WORDS, search, idempotency_of(idempotency_key, data)))
