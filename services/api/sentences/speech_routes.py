"""Having a sentence spoken."""

from http import HTTPStatus
from uuid import UUID

from anyio import to_thread
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from services.api.bodies import require_json
from services.api.idempotency import IdempotencyKey, idempotency_of
from services.api.jobs.answers import created_response
from services.api.limits.quotas import ORDER
from services.api.openapi_responses import BODY, INVALID, KEY_REUSED, NOT_FOUND, ORDER_HEADERS, OWNED
from services.api.sentences.audio_views import audio_view
from services.api.sentences.queries import Reading, sentence_row
from services.api.sentences.schemas import SpokenView, VoiceOrder
from services.api.sentences.speech import require_voice, speak
from services.api.visits import Visit
from shared.lexicon.model import SpeechOrder

SPOKEN = {200: ResponseSpec(SpokenView, generate_examples=False, description="It can be heard already.")}


@post(
    "/api/sentences/{sentence_id:uuid}/audio",
    status_code=HTTPStatus.ACCEPTED,
    guards=[require_json],
    opt=ORDER,
    tags=["Sentences"],
    operation_id="speakSentence",
    summary="Have a sentence spoken",
    description="A sentence that can be heard already, in whatever voice, is answered at once with 200. Else the "
    "answer is 202 with the job; when that has succeeded, the same request is answered. What is spoken is there for "
    "everybody, until the text is edited.",
    response_description="The job that speaks it.",
    response_headers=ORDER_HEADERS,
    responses=OWNED | INVALID | BODY | NOT_FOUND | KEY_REUSED | SPOKEN,
)
async def speak_sentence(
    *,
    sentence_id: FromPath[UUID],
    data: JSONBody[VoiceOrder],
    visit: NamedDependency[Visit],
    idempotency_key: IdempotencyKey = None,
) -> Response[SpokenView]:
    """The audio, or a job."""
    resources = visit.resources
    row = await sentence_row(resources.database, sentence_id, Reading(owner_id=visit.owner_id))
    audio = await to_thread.run_sync(lambda: audio_view(row["audio"], resources.sign, resources.now()))
    if audio is not None:
        return Response(SpokenView(audio=audio, job=None), status_code=HTTPStatus.OK)
    require_voice(row["language"], data.voice)
    order = SpeechOrder(sentence_id=sentence_id, voice=data.voice)
    job = await speak(visit, order, idempotency_of(idempotency_key, order))
    answer = await created_response(visit, job)
    view = SpokenView(audio=None, job=answer.content)
    return Response(view, status_code=HTTPStatus.ACCEPTED, headers=answer.headers)
