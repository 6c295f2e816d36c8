"""Deleting an article: nothing of it is left, nobody is led to it, and no job works on it."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.tts.fake import FakeSpeech
from services.tts.tasks import bodies
from shared.articles.model import NarratedParagraph, Narration, Provenance, Translation
from shared.articles.store import save_narration, save_translation
from shared.db.session import connect
from shared.jobs import store
from shared.queue.task import StepRun
from tests.integration.api.conftest import Api
from tests.support.jobs import OWNER
from tests.support.memory_blobs import MemoryBlobs
from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch
from tests.support.waiting import becomes, soon
from tests.support.written import finished, ordered, write

BY = Provenance(provider="gemini", model="m")
TABLES = ("articles", "article_annotations", "article_translations", "article_narrations", "article_alignments")


def rows_left(api: Api) -> int:
    """Rows of articles and of what is made from them."""
    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)  # noqa: S608 - names of ours
    row = api.engine.connection.execute(f"SELECT {counts} AS n").fetchone()
    assert row is not None
    return int(row["n"])


def narrated(api: Api, article_id: UUID) -> None:
    """Give the article a narration and a translation."""
    paragraphs = [NarratedParagraph(key="old/p.flac", offset_ms=0, duration_ms=9)]
    narration = Narration(key="old/a.mp3", duration_ms=9, voice="Kore", paragraphs=paragraphs, provenance=BY)
    save_narration(api.engine.connection, article_id, narration)
    save_translation(api.engine.connection, article_id, Translation(language="en", sentences=["x"], provenance=BY))


async def test_a_deleted_article_is_gone_with_all_that_was_made_from_it(api: Api) -> None:
    job_id, article_id = finished(api.engine, api.key.owner_id)
    narrated(api, article_id)
    assert rows_left(api) == 3
    answer = await api.mine.delete(f"/api/articles/{article_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert rows_left(api) == 0
    assert (await api.mine.get(f"/api/articles/{article_id}")).status_code == 404
    assert (await api.mine.delete(f"/api/articles/{article_id}")).status_code == 404
    assert api.publisher.notified[-1] == job_id


async def test_the_job_stays_but_leads_nowhere_and_its_etag_changes(api: Api) -> None:
    job_id, article_id = finished(api.engine, api.key.owner_id, narrated=False)
    before = await api.mine.get(f"/api/jobs/{job_id}")
    assert before.json()["result"]["article"]["id"] == str(article_id)
    assert before.json()["links"]["retry"] is not None
    await api.mine.delete(f"/api/articles/{article_id}")
    after = await api.mine.get(f"/api/jobs/{job_id}", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    job = after.json()
    assert (job["status"], job["result"], job["links"]["retry"]) == ("partial", None, None)


async def test_a_job_whose_article_was_deleted_cannot_be_retried(api: Api) -> None:
    job_id, article_id = finished(api.engine, api.key.owner_id, narrated=False)
    await api.mine.delete(f"/api/articles/{article_id}")
    refused = await api.mine.post(f"/api/jobs/{job_id}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "job_not_retryable")
    assert api.engine.connection.execute("SELECT count(*) AS n FROM jobs").fetchone() == {"n": 1}


async def test_an_article_that_a_job_works_on_stays(api: Api) -> None:
    job_id = ordered(api.engine, api.key.owner_id)
    article_id = write(api.engine, job_id, api.key.owner_id)
    refused = await api.mine.delete(f"/api/articles/{article_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "job_open")
    assert refused.json()["job_id"] == str(job_id)
    assert rows_left(api) == 1


async def test_an_article_that_a_retry_works_on_stays_until_that_is_cancelled(api: Api) -> None:
    job_id, article_id = finished(api.engine, api.key.owner_id, narrated=False)
    retry = (await api.mine.post(f"/api/jobs/{job_id}/retry")).json()["id"]
    refused = await api.mine.delete(f"/api/articles/{article_id}")
    assert (refused.status_code, refused.json()["job_id"]) == (409, retry)
    assert (await api.mine.post(f"/api/jobs/{retry}/cancel")).status_code == 202
    assert (await api.mine.delete(f"/api/articles/{article_id}")).status_code == 204


async def test_an_article_of_somebody_else_cannot_be_deleted(api: Api) -> None:
    _, article_id = finished(api.engine, api.key.owner_id)
    assert (await api.theirs.delete(f"/api/articles/{article_id}")).json()["code"] == "not_found"
    assert (await api.mine.delete(f"/api/articles/{uuid4()}")).status_code == 404
    assert (await api.mine.delete("/api/articles/7")).status_code == 404
    assert rows_left(api) == 1


async def waits_for_a_lock(api: Api) -> bool:
    """True while some statement waits for a lock."""
    row = api.engine.connection.execute("SELECT count(*) AS n FROM pg_locks WHERE NOT granted").fetchone()
    assert row is not None
    return bool(row["n"])


@pytest.mark.parametrize("retried", [True, False])
async def test_a_retry_in_the_same_moment_is_seen(api: Api, clean_database: str, *, retried: bool) -> None:
    """The delete waits for the lock that the retry holds, and then must see the job that the retry has made."""
    job_id, article_id = finished(api.engine, api.key.owner_id, narrated=False)
    with connect(clean_database, "test") as other:
        with other.transaction():
            other.execute("SELECT FROM jobs WHERE id = $1 FOR NO KEY UPDATE", (job_id,))
            deleting = asyncio.create_task(api.mine.delete(f"/api/articles/{article_id}"))
            await becomes(lambda: waits_for_a_lock(api))
            if retried:
                store._retry(other, job_id, api.key.owner_id, None, may_publish=False)
        answer = await soon(deleting)
    assert answer.status_code == (409 if retried else 204)
    assert rows_left(api) == (1 if retried else 0)


async def test_the_sweep_deletes_the_audio_of_a_deleted_article(api: Api) -> None:
    _, article_id = finished(api.engine, api.key.owner_id)
    narrated(api, article_id)
    blobs = MemoryBlobs()
    for key in ("old/p.flac", "old/a.mp3"):
        blobs.put(key, b"x", "audio/flac")
        blobs.modified[key] -= timedelta(days=2)
    sweep(api, blobs)
    assert set(blobs.objects) == {"old/p.flac", "old/a.mp3"}
    await api.mine.delete(f"/api/articles/{article_id}")
    sweep(api, blobs)
    assert blobs.objects == {}


def sweep(api: Api, blobs: MemoryBlobs) -> None:
    """What the periodic job does."""
    bodies(FakeSpeech(), blobs)["tts.sweep_objects"](
        StepRun(
            job_id=uuid4(),
            owner_id=OWNER,
            step="sweep_objects",
            attempt=1,
            token=uuid4(),
            input=b"{}",
            outputs={},
            watch=HandWatch(),
            ledger=MemoryLedger(),
            database=api.engine.database,
        )
    )
