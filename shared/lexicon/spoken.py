"""Sentences that a voice is asked to read, in Postgres."""

from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.errors import PermanentError
from shared.lexicon.model import SentenceAudio, SentenceToSpeak, document

LOAD = "SELECT language, text, audio ->> 'key' IS NOT NULL AS spoken FROM sentences WHERE id = $1"
# What was spoken is of this text: another one has been written meanwhile, or somebody else was faster, and it is swept.
ATTACH = (
    "UPDATE sentences SET audio = $3::jsonb, updated_at = clock_timestamp()"
    " WHERE id = $1 AND text = $2 AND audio ->> 'key' IS NULL"
)


def load_sentence(connection: Connection, sentence_id: UUID) -> SentenceToSpeak:
    """The sentence as it is now.

    Raises:
        PermanentError: `sentence_deleted`.
    """
    row = connection.execute(LOAD, (sentence_id,)).fetchone()
    if row is None:
        code = "sentence_deleted"
        raise PermanentError(code, "There is no such sentence any more.")
    return msgspec.convert(row, SentenceToSpeak)


def attach_audio(connection: Connection, sentence_id: UUID, text: str, audio: SentenceAudio) -> None:
    """Let the sentence be heard, if `text` is still what it says and nobody else has spoken it."""
    connection.execute(ATTACH, (sentence_id, text, document(audio)))
