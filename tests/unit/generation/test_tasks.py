from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from services.generation.fake import FakePages, FakeWriter
from services.generation.gates import Draft
from services.generation.prompting import Prompt, Prompts
from services.generation.tasks import Desk, bodies
from shared.articles.model import ArticleRequest
from shared.db.session import Database
from shared.jobs.ids import uuid7
from shared.queue.task import StepRun
from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch

SENTENCE = "Im Hafen liegen viele Schiffe und die Fischer kommen zurück."  # ten words
DRAFT = Draft(title="Am Hafen", paragraphs=[" ".join([SENTENCE] * 6), " ".join([SENTENCE] * 5)])


class Rows:
    """Takes the place of a connection: remembers the values of what is inserted."""

    def __init__(self) -> None:
        self.values: list[tuple[Any, ...]] = []

    def execute(self, statement: str, values: tuple[Any, ...]) -> None:
        assert statement.startswith("INSERT INTO articles")
        self.values.append(values)


def desk(writer: FakeWriter) -> Desk:
    prompts = Prompts(article=Prompt("write_article.v0", "Write."), word=Prompt("analyse_word.v0", "Look up."))
    return Desk(writer=writer, pages=FakePages({}), identify=lambda _: "de", prompts=prompts)


def step_run() -> StepRun:
    request = ArticleRequest(
        language="de", native_language="en", level="A2", topic="Hafen", words_to_use=("Hafen", "Möwe")
    )
    return StepRun(
        job_id=uuid7(),
        owner_id=uuid7(),
        step="write_text",
        attempt=1,
        token=uuid7(),
        input=msgspec.json.encode(request),
        outputs={},
        watch=HandWatch(),
        ledger=MemoryLedger(),
        database=cast("Database", None),
    )


def test_step_stores_the_article_its_output_points_to() -> None:
    run = step_run()
    body = bodies(desk(FakeWriter(DRAFT)))
    done = body["generation.write_text"](run)
    assert done.summary == "2 paragraphs, 110 words"
    assert done.output | {"article_id": ""} == {
        "article_id": "",
        "title": "Am Hafen",
        "words": 110,
        "words_missing": ["Möwe"],
    }
    rows = Rows()
    assert done.save is not None
    done.save(rows)
    article_id, owner_id, job_id, *fields, provenance, created_at = rows.values[0]
    assert article_id == UUID(done.output["article_id"])
    assert (owner_id, job_id) == (run.owner_id, run.job_id)
    assert fields == ["de", "en", "A2", "Am Hafen", "\n\n".join(DRAFT.paragraphs)]
    assert '"prompt_version":"write_article.v0"' in provenance
    assert abs((datetime.now(UTC) - created_at).total_seconds()) < 60
