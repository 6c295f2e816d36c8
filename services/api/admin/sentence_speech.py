"""Admins have many sentences spoken at once: a batch of jobs that wait behind everybody who waits for an answer."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from msgspec import Meta

from services.api.auth import ADMIN
from services.api.batches.answers import batch_response
from services.api.batches.schemas import BatchView
from services.api.bodies import require_json
from services.api.jobs.orders import job_of
from services.api.limits.quotas import ORDER
from services.api.openapi_responses import BODY, FORBIDDEN, INVALID, NEW_JOB_HEADERS, OWNED
from services.api.plain_text import Language, require_taught
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.db.session import Connection
from shared.jobs.kinds import SPEAK_SENTENCE
from shared.jobs.store import submit
from shared.jobs.submission import Batch, Submission
from shared.lexicon.model import SpeechOrder

MOST_AT_ONCE = 1_000
"""Sentences, and so jobs of a batch."""
# Two who ask at once come one after the other; the second does not find what the first has queued.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('speak_sentence'))"
UNSPOKEN = """
SELECT id FROM sentences AS sentence
WHERE language = $1 AND audio ->> 'key' IS NULL AND status = 'published' AND hidden_at IS NULL
  AND words IS DISTINCT FROM 0 -- what has no word cannot be spoken, and would be queued again and again
  AND NOT EXISTS (
    SELECT FROM jobs AS job
    WHERE kind = 'speak_sentence' AND (finished_at IS NULL OR error ->> 'code' = 'output_refused')
      AND input ->> 'sentence_id' = sentence.id::text
      AND (finished_at IS NULL OR finished_at > sentence.updated_at)) -- of this text, which would be paid for again
ORDER BY id LIMIT $2
"""


class BulkSpeechOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sentences are to be spoken."""

    language: Language
    limit: Annotated[int, Meta(ge=1, le=MOST_AT_ONCE, description="The most sentences.")] = MOST_AT_ONCE


class BulkSpeechView(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    queued: Annotated[int, Meta(description="How many sentences will be spoken.")]
    batch: Annotated[BatchView | None, Meta(description="Their jobs; null if there are none.")]


NOTHING = {200: ResponseSpec(BulkSpeechView, generate_examples=False, description="Nothing is to be spoken.")}


@post(
    "/api/admin/sentences/audio",
    status_code=HTTPStatus.ACCEPTED,
    guards=[require_json],
    opt=ADMIN | ORDER,
    tags=["Admin"],
    operation_id="speakSentences",
    summary="Have many sentences spoken",
    description="Published sentences without audio, the oldest first, as one batch in the language's first voice. One "
    "that a job is about to speak is left out, so asking again queues none twice. With nothing to speak the answer is "
    "200.",
    response_description="How many, and the batch to poll.",
    response_headers=NEW_JOB_HEADERS,
    responses=OWNED | FORBIDDEN | INVALID | BODY | NOTHING,
)
async def speak_sentences(data: JSONBody[BulkSpeechOrder], visit: NamedDependency[Visit]) -> Response[BulkSpeechView]:
    """Queue them."""
    require_taught(data.language)
    batch = await in_transaction(visit.resources, lambda connection: _queued(connection, visit, data))
    if batch is None:
        return Response(BulkSpeechView(queued=0, batch=None), status_code=HTTPStatus.OK)
    answer = await batch_response(visit, batch.id, HTTPStatus.ACCEPTED)
    view = BulkSpeechView(queued=batch.items, batch=answer.content)
    return Response(view, status_code=HTTPStatus.ACCEPTED, headers=answer.headers)


def _queued(connection: Connection, visit: Visit, order: BulkSpeechOrder) -> Batch | None:
    """The batch that speaks them; null if there is nothing to speak. The relay wakes the workers up."""
    connection.execute(ONE_AT_A_TIME)
    rows = connection.execute(UNSPOKEN, (order.language, order.limit)).fetchall()
    if not rows:
        return None
    batch = Batch(
        owner_id=visit.owner_id, name=f"Audio, {order.language}", items=len(rows), request_id=visit.request_id
    )
    jobs = [_job(visit, SpeechOrder(sentence_id=row["id"]), batch, item) for item, row in enumerate(rows)]
    submit(connection, jobs, may_publish=False, batch=batch)
    return batch


def _job(visit: Visit, order: SpeechOrder, batch: Batch, item: int) -> Submission:
    job = job_of(visit, SPEAK_SENTENCE, order, bulk=True)
    return msgspec.structs.replace(job, batch_id=batch.id, batch_item=item)
