"""What screens read beyond lists: the latest job of an article, its neighbours, counts. One statement each."""

from datetime import datetime
from uuid import UUID

from services.api.database import Database, Row
from services.api.jobs.summaries import LATEST, STATUS, job_rows, of_owner
from services.api.screens.schemas import EXCERPT, StatusCount
from shared.jobs.kinds import WRITE_ARTICLE

MOST_IN_MAKING = 50
MOST_JOBS = 100

# A job has one retry at most, so the jobs of an article are a chain; a retry begins with the written text.
LATEST_OF_CHAIN = f"""job.id IN (
  WITH RECURSIVE chain AS (
    SELECT first.id FROM jobs AS first WHERE first.id = ANY({{}}::uuid[]) AND first.owner_id = {{}}
    UNION
    SELECT retry.id FROM chain JOIN jobs AS retry ON retry.retry_of = chain.id
  )
  SELECT id FROM chain
) AND {LATEST}"""  # noqa: S608 - SQL of ours
NOT_WRITTEN = """NOT EXISTS (
  SELECT FROM job_steps AS writing
  WHERE writing.job_id = job.id AND writing.name = 'write_text' AND writing.state = 'succeeded'
)"""
ORDERED = f""", job.input ->> 'language' AS language, job.input ->> 'level' AS level,
  left(coalesce(job.input ->> 'topic', job.input ->> 'source_url', job.input ->> 'source_text', ''), {2 * EXCERPT})
    AS subject
"""
NEIGHBOURS = """
SELECT
  (SELECT id FROM articles WHERE owner_id = $1 AND created_at >= $2 AND (created_at > $2 OR id < $3)
   ORDER BY created_at, id DESC LIMIT 1) AS previous_id,
  (SELECT id FROM articles WHERE owner_id = $1 AND created_at <= $2 AND (created_at < $2 OR id > $3)
   ORDER BY created_at DESC, id LIMIT 1) AS next_id
"""
COUNTS = f"""
SELECT {STATUS} AS status, count(*) AS count
FROM jobs AS job
WHERE job.owner_id = $1 AND (job.finished_at IS NULL OR job.created_at >= $2)
GROUP BY 1 ORDER BY 2 DESC, 1
"""  # noqa: S608 - SQL of ours


async def latest_jobs(database: Database, owner_id: UUID, first_jobs: list[UUID]) -> dict[UUID, Row]:
    """The latest job of each article, by article; `first_jobs` are those that wrote them."""
    conditions = of_owner(owner_id)
    conditions.add(LATEST_OF_CHAIN, first_jobs, owner_id)
    rows = await job_rows(database, conditions, len(first_jobs))
    return {row["article_id"]: row for row in rows}


async def jobs_without_text(database: Database, owner_id: UUID) -> list[Row]:
    """Open jobs whose article is not written yet, with what was ordered."""
    conditions = of_owner(owner_id)
    conditions.add("job.finished_at IS NULL AND job.kind = {} AND " + NOT_WRITTEN, WRITE_ARTICLE)
    return await job_rows(database, conditions, MOST_IN_MAKING, also=ORDERED)


async def open_jobs(database: Database, owner_id: UUID) -> list[Row]:
    """Jobs that have not ended."""
    conditions = of_owner(owner_id)
    conditions.add("job.finished_at IS NULL")
    return await job_rows(database, conditions, MOST_JOBS)


async def ended_jobs(database: Database, owner_id: UUID, since: datetime) -> list[Row]:
    """Jobs that were created since and have ended."""
    conditions = of_owner(owner_id)
    conditions.add("job.finished_at IS NOT NULL AND job.created_at >= {}", since)
    return await job_rows(database, conditions, MOST_JOBS)


async def counts(database: Database, owner_id: UUID, since: datetime) -> list[StatusCount]:
    """How many jobs have each status: the open ones, and the ended that were created since."""
    rows = await database.rows(COUNTS, owner_id, since)
    return [StatusCount(status=row["status"], count=row["count"]) for row in rows]


async def neighbours(database: Database, owner_id: UUID, created_at: datetime, article_id: UUID) -> Row:
    """The owner's articles beside this one: `previous_id` (newer) and `next_id` (older), null at the ends."""
    row = await database.row(NEIGHBOURS, owner_id, created_at, article_id)
    if row is None:
        message = "a SELECT without FROM has one row"
        raise AssertionError(message)
    return row
