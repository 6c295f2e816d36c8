"""The jobs that speak sentences."""

from uuid import UUID

import msgspec

from services.api.database import Database
from services.api.jobs import actions
from services.api.problems import FieldError, input_invalid
from services.api.visits import Visit
from shared.jobs.kinds import ALL_STEPS, SPEAK_SENTENCE
from shared.jobs.submission import Idempotency, Submission
from shared.languages import LANGUAGES
from shared.lexicon.model import SpeechOrder

# Who asks twice waits for the first.
OPEN = """
SELECT id FROM jobs
WHERE kind = 'speak_sentence' AND finished_at IS NULL AND cancel_requested_at IS NULL
  AND input ->> 'sentence_id' = $1::text AND owner_id = $2 AND NOT bulk
ORDER BY id LIMIT 1
"""


def require_voice(language: str, voice: str | None) -> None:
    """Somebody speaks the language, and in this voice.

    Raises:
        ApiError: 400, nobody does.
    """
    known = LANGUAGES.get(language)
    if known is None:
        message = f"is in {language!r}, and voices speak {', '.join(LANGUAGES)}"
        raise input_invalid([FieldError("sentence_id", message)], "unsupported_language")
    if voice is not None and voice not in known.voices:
        raise input_invalid([FieldError("voice", f"must be one of {', '.join(known.voices)}")])


def speech_job(visit: Visit, order: SpeechOrder, idempotency: Idempotency | None = None) -> Submission:
    """The job that fulfils an order."""
    return Submission(
        owner_id=visit.owner_id,
        kind=SPEAK_SENTENCE,
        input=msgspec.Raw(msgspec.json.encode(order)),
        steps=ALL_STEPS[SPEAK_SENTENCE],
        request_id=visit.request_id,
        idempotency=idempotency,
    )


async def speak(visit: Visit, order: SpeechOrder, idempotency: Idempotency | None) -> actions.Created:
    """The caller's job that speaks the sentence already, or a new one.

    Raises:
        ApiError: 422, the idempotency key was used for another order; 503, Postgres is away or busy.
    """
    if idempotency is None and (job_id := await _under_way(visit.resources.database, order.sentence_id, visit)):
        return actions.Created(job_id, replayed=False)
    return await actions.submit(visit.resources, speech_job(visit, order, idempotency))


async def _under_way(database: Database, sentence_id: UUID, visit: Visit) -> UUID | None:
    row = await database.row(OPEN, str(sentence_id), visit.owner_id)
    return None if row is None else row["id"]
