"""A learner with a language pair, and transfers performed for them over real rows and objects in memory."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from services.nlp.transfers import transfer_bodies
from shared.jobs.steps import Done
from shared.learning.transfers import PIECE, Upload, manifest_key, piece_key
from shared.queue.task import StepRun
from tests.support.jobs import Engine
from tests.support.memory_blobs import MemoryBlobs
from tests.support.memory_ledger import MemoryLedger
from tests.support.people import new_person
from tests.support.step_watch import HandWatch

PAIR = "INSERT INTO language_pairs (id, owner_id, language, native_language, active) VALUES ($1, $2, $3, 'en', true)"


class Learner:
    """Somebody who learns German from English, and what the language worker does for them."""

    def __init__(self, engine: Engine, name: str = "a learner", language: str = "de") -> None:
        self.engine = engine
        self.id = new_person(engine.connection, name.replace(" ", "-")).id
        self.pair = uuid4()
        engine.connection.execute(PAIR, (self.pair, self.id, language))
        self.blobs = MemoryBlobs()

    def upload(self, body: bytes | Path) -> UUID:
        """Put a file where the API puts it."""
        content = body if isinstance(body, bytes) else body.read_bytes()
        upload_id = uuid4()
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        for number, piece in enumerate(pieces):
            self.blobs.put(piece_key(self.id, upload_id, number), piece, "application/octet-stream")
        manifest = msgspec.json.encode(Upload(size=len(content), pieces=len(pieces)))
        self.blobs.put(manifest_key(self.id, upload_id), manifest, "application/json")
        return upload_id

    def perform(self, kind: str, order: msgspec.Struct, job_id: UUID | None = None, **changes: object) -> Done:
        """Do the step of a job of this kind."""
        return transfer_bodies(self.blobs)[f"nlp.{kind}"](self.run(kind, order, job_id, **changes))

    def run(self, kind: str, order: msgspec.Struct, job_id: UUID | None = None, **changes: object) -> StepRun:
        """One attempt."""
        run = StepRun(
            job_id=job_id or uuid4(),
            owner_id=self.id,
            step=kind,
            attempt=1,
            token=uuid4(),
            input=msgspec.json.encode(order),
            outputs={},
            watch=HandWatch(),
            ledger=MemoryLedger(),
            database=self.engine.database,
        )
        return msgspec.structs.replace(run, **changes)

    def lines(self, done: Done) -> list[dict[str, object]]:
        """The report."""
        return [msgspec.json.decode(line) for line in self.blobs.get(done.output["report_key"]).splitlines()]

    def rows(self, query: str, *values: object) -> list[Mapping[str, object]]:
        """Rows of the database."""
        return list(self.engine.connection.execute(query, values).fetchall())

    def count(self, table: str) -> int:
        """How many rows of a table are this learner's."""
        (row,) = self.rows(f"SELECT count(*) AS many FROM {table} WHERE owner_id = $1", self.id)  # noqa: S608 - a table of ours
        return int(str(row["many"]))


@pytest.fixture
def learner(engine: Engine) -> Learner:
    """Somebody with an empty bank."""
    return Learner(engine)
