"""Speaking sessions go out with everything else that is the learner's."""

import io
import zipfile
from uuid import uuid4

import msgspec

from shared.learning.transfers import ExportOrder
from tests.integration.nlp.conftest import Learner

SENTENCE = "INSERT INTO sentences (id, language, text, source, licence) VALUES ($1, 'de', 'Ein Satz.', 'test', 'MIT')"
SESSION = "INSERT INTO speaking_sessions (id, owner_id, sentence_id, mode) VALUES ($1, $2, $3, 'graded')"


def test_own_speaking_sessions_are_exported_and_nobody_elses(learner: Learner) -> None:
    execute, mine, sentence = learner.engine.connection.execute, uuid4(), uuid4()
    execute(SENTENCE, (sentence,))
    execute(SESSION, (mine, learner.id, sentence))
    execute(SESSION, (uuid4(), Learner(learner.engine, "a stranger").id, sentence))
    done = learner.perform("export_learner", ExportOrder(format="json"))
    with zipfile.ZipFile(io.BytesIO(learner.blobs.get(str(done.output["archive_key"])))) as archive:
        rows = msgspec.json.decode(archive.read("speaking_sessions.json"))
    assert [(row["id"], row["mode"], row["sentence_id"]) for row in rows] == [(str(mine), "graded", str(sentence))]
