"""Having a sentence spoken: in which voice, and by which job."""

from uuid import UUID

from services.api.jobs import actions
from services.api.jobs.orders import job_of
from services.api.problems import FieldError, input_invalid
from services.api.visits import Visit
from shared.jobs.kinds import SPEAK_SENTENCE
from shared.jobs.submission import Idempotency
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


async def speak(visit: Visit, order: SpeechOrder, idempotency: Idempotency | None) -> actions.Created:
    """The caller's job that speaks the sentence already, or a new one.

    Raises:
        ApiError: 422, the idempotency key was used for another order; 503, Postgres is away or busy.
    """
    if idempotency is None and (job_id := await _open_job(visit, order.sentence_id)):
        return actions.Created(job_id, replayed=False)
    return await actions.submit(visit.resources, job_of(visit, SPEAK_SENTENCE, order, idempotency))


async def _open_job(visit: Visit, sentence_id: UUID) -> UUID | None:
    row = await visit.resources.database.row(OPEN, str(sentence_id), visit.owner_id)
    return None if row is None else row["id"]
