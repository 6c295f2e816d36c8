"""One of everything that has an id: how to make somebody own one, for each route that takes an id."""

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec

from shared.articles.model import ArticleRequest
from shared.jobs.claims import WorkerBeat, beat_worker
from shared.jobs.kinds import WRITE_ARTICLE
from tests.support.jobs import Engine, step
from tests.support.people import new_key

Make = Callable[[Engine, UUID], str]
"""Makes one for an owner; its id as it stands in a path."""

ARTICLE = """
INSERT INTO articles (id, owner_id, job_id, language, level, title, text, provenance)
VALUES ($1, $2, $3, 'de', 'A2', 'Mein Titel', 'Mein Text.', $4)
"""
BATCH = "INSERT INTO batches (id, owner_id, name, items) VALUES ($1, $2, 'Mein Stapel', 1)"


class Row(msgspec.Struct, frozen=True):
    """How a route with an id is tried."""

    make: Make
    body: dict[str, object] | None = None
    signed_in: bool = False
    """Keys may not do it at all: it is tried with access tokens."""
    admin: bool = False
    """Only admins may, and then to everything."""


def open_job(engine: Engine, owner: UUID) -> str:
    """A job that can be cancelled."""
    return str(_job(engine, owner))


def failed_job(engine: Engine, owner: UUID) -> str:
    """A job that can be retried."""
    job_id = _job(engine, owner)
    engine.fail(job_id, "write_text")
    return str(job_id)


def article(engine: Engine, owner: UUID) -> str:
    """An article whose job has ended."""
    article_id = uuid4()
    job_id = _job(engine, owner)
    engine.succeed(job_id, "write_text")
    provenance = msgspec.json.encode({"provider": "anthropic", "model": "a model", "sandbox": True}).decode()
    engine.connection.execute(ARTICLE, (article_id, owner, job_id, provenance))
    return str(article_id)


def open_batch(engine: Engine, owner: UUID) -> str:
    """A batch that can be cancelled."""
    return _batch(engine, owner, UUID(open_job(engine, owner)))


def failed_batch(engine: Engine, owner: UUID) -> str:
    """A batch that can be retried."""
    return _batch(engine, owner, UUID(failed_job(engine, owner)))


def key(engine: Engine, owner: UUID) -> str:
    """One more key."""
    new_key(engine.connection, owner)
    found = engine.connection.execute(
        "SELECT id FROM api_keys WHERE owner_id = $1 ORDER BY created_at DESC LIMIT 1", (owner,)
    ).fetchone()
    assert found is not None
    return str(found["id"])


def queue(engine: Engine, owner: UUID) -> str:  # noqa: ARG001 - nobody's
    """A queue."""
    return "nlp"


def worker(engine: Engine, owner: UUID) -> str:  # noqa: ARG001 - nobody's
    """A worker that lives."""
    beat_worker(engine.connection, WorkerBeat("nlp@here", "nlp", "1", 8, 0, draining=False))
    return "nlp@here"


def _job(engine: Engine, owner: UUID) -> UUID:
    request = ArticleRequest(language="de", level="A2", topic="Mein Thema", narrate=False, align=False)
    ordered = msgspec.Raw(msgspec.json.encode(request))
    return engine.submit(step("write_text"), owner_id=owner, kind=WRITE_ARTICLE, input=ordered)


def _batch(engine: Engine, owner: UUID, job_id: UUID) -> str:
    batch_id = uuid4()
    engine.connection.execute(BATCH, (batch_id, owner))
    engine.connection.execute("UPDATE jobs SET batch_id = $1, batch_item = 0 WHERE id = $2", (batch_id, job_id))
    return str(batch_id)


POSSESSIONS: dict[tuple[str, str], Row] = {
    ("GET", "/api/jobs/{job_id}"): Row(open_job),
    ("POST", "/api/jobs/{job_id}/cancel"): Row(open_job),
    ("POST", "/api/jobs/{job_id}/retry"): Row(failed_job),
    ("GET", "/api/articles/{article_id}"): Row(article),
    ("DELETE", "/api/articles/{article_id}"): Row(article),
    ("GET", "/bff/articles/{article_id}"): Row(article),
    ("GET", "/api/generation/batches/{batch_id}"): Row(open_batch),
    ("GET", "/api/generation/batches/{batch_id}/items"): Row(open_batch),
    ("POST", "/api/generation/batches/{batch_id}/cancel"): Row(open_batch),
    ("POST", "/api/generation/batches/{batch_id}/retry"): Row(failed_batch),
    ("DELETE", "/api/auth/keys/{key_id}"): Row(key, signed_in=True),
    ("GET", "/api/admin/jobs/{job_id}"): Row(open_job, admin=True),
    ("POST", "/api/admin/jobs/{job_id}/cancel"): Row(open_job, admin=True),
    ("POST", "/api/admin/jobs/{job_id}/retry"): Row(failed_job, admin=True),
    ("POST", "/api/admin/queues/{name}/pause"): Row(queue, body={"reason": "a test"}, admin=True),
    ("POST", "/api/admin/queues/{name}/resume"): Row(queue, admin=True),
    ("POST", "/api/admin/workers/{name}/drain"): Row(worker, admin=True),
}
"""Every route that takes an id. A new one without a row fails the build: add it here."""
