"""A million sentences are not scanned to find some: each question has an index."""

from uuid import uuid4

import msgspec
import pytest

from services.api.admin.sentence_speech import UNSPOKEN
from services.api.sentences.speech import OPEN
from services.nlp.enrichment import SENTENCES
from services.tts.references import REFERENCED
from tests.support.jobs import Engine

OWNER = uuid4()
# Somebody with many jobs: in an empty table any index is as good, and what was known of it before decides.
CROWD = """
INSERT INTO jobs (id, owner_id, kind, input, expires_at)
SELECT gen_random_uuid(), $1, 'write_article', '{}', clock_timestamp() FROM generate_series(1, 2000)
"""


@pytest.mark.parametrize(
    ("index", "query", "values"),
    [
        ("ix_sentences_audio_key", REFERENCED, (["a", "b"],)),
        ("ix_sentences_unspoken", UNSPOKEN, ("de", 9)),
        ("ix_jobs_speaking", OPEN, ("x", OWNER)),
        ("ix_sentences_unread", SENTENCES, (9,)),
    ],
)
def test_the_question_is_answered_by_its_index(
    engine: Engine, index: str, query: str, values: tuple[object, ...]
) -> None:
    with engine.connection.transaction(force_rollback=True):
        engine.connection.execute(CROWD, (OWNER,))
        engine.connection.execute("ANALYZE jobs")
        engine.connection.execute("SET LOCAL enable_seqscan = off")
        plan = engine.connection.execute(f"EXPLAIN (FORMAT JSON) {query}", values).fetchone()
    assert index in msgspec.json.encode(plan).decode()
