-- $1 jobs as a JSON array, $2 whether this process can publish, $3 their batch as a JSON object or null (see submission.py).
-- Whose idempotency key the owner has used is not created, nor is any job of such a batch: no row comes back for it.
-- Nor is a job `of_account` whose account is gone; who deletes an account waits for this to end, and this for the deletion.
-- Published at once within the owner's burst, and only while none of the owner's own waits for the relay.
-- Steps without needs are ready at once; the k-th of an owner's in one queue adds the costs of those before it.
WITH asked AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS job(
    ordinal integer, id uuid, owner_id uuid, of_account boolean, kind text, input jsonb, bulk boolean,
    priority smallint, expires_in_s double precision, request_id text, idempotency_key text, idempotency_hash text,
    batch_id uuid, batch_item integer, steps jsonb)
),
owners AS MATERIALIZED (
  SELECT id FROM accounts WHERE id IN (SELECT owner_id FROM asked WHERE of_account) FOR KEY SHARE
),
submitted AS MATERIALIZED (
  SELECT * FROM asked WHERE NOT of_account OR owner_id IN (SELECT id FROM owners)
),
new_batch AS (
  INSERT INTO batches (id, owner_id, name, items, idempotency_key, idempotency_hash, request_id)
  SELECT id, owner_id, name, items, idempotency_key, idempotency_hash, request_id
  FROM (SELECT FROM submitted LIMIT 1) AS welcome, jsonb_to_record($3::jsonb) AS batch(
    id uuid, owner_id uuid, name text, items integer, idempotency_key text, idempotency_hash text, request_id text)
  WHERE $3::jsonb IS NOT NULL
  ON CONFLICT (owner_id, idempotency_key) DO NOTHING
  RETURNING id
),
new_jobs AS (
  INSERT INTO jobs (id, owner_id, kind, input, bulk, priority, expires_at, request_id, idempotency_key,
                    idempotency_hash, batch_id, batch_item)
  SELECT id, owner_id, kind, input, bulk, priority,
         clock_timestamp() + make_interval(secs => expires_in_s), request_id, idempotency_key,
         idempotency_hash, batch_id, batch_item
  FROM submitted
  WHERE $3::jsonb IS NULL OR EXISTS (SELECT FROM new_batch)
  ON CONFLICT (owner_id, idempotency_key) DO NOTHING
  RETURNING id
),
new_steps AS MATERIALIZED (
  SELECT job.id AS job_id, job.owner_id, job.priority, job.ordinal, step.*
  FROM submitted AS job JOIN new_jobs USING (id), jsonb_to_recordset(job.steps) AS step(
    position smallint, name text, task text, queue text, needs text[], optional boolean, cost double precision,
    max_failures integer, max_crashes integer, timeout_s double precision)
),
turns AS (
  SELECT owner.queue, owner.priority, owner.owner_id, virtual.v, own.waits,
         greatest(virtual.v, coalesce(own.fair, 0)) AS base
  FROM (SELECT DISTINCT queue, priority, owner_id FROM new_steps WHERE needs = '{}') AS owner,
  LATERAL (
    SELECT coalesce(
      (SELECT due.fair FROM job_steps AS due
       WHERE due.queue = owner.queue AND due.priority = owner.priority AND due.state = 'ready'
         AND due.published_at IS NULL AND due.run_at <= clock_timestamp()
       ORDER BY due.fair LIMIT 1),
      extract(epoch FROM clock_timestamp())::double precision) AS v
  ) AS virtual,
  LATERAL (
    SELECT max(mine.fair) AS fair,
           coalesce(bool_or(mine.published_at IS NULL AND mine.run_at <= clock_timestamp()), false) AS waits
    FROM job_steps AS mine
    WHERE mine.queue = owner.queue AND mine.priority = owner.priority AND mine.owner_id = owner.owner_id
      AND mine.state = 'ready'
  ) AS own
),
ordered AS (
  SELECT step.*, turn.v, turn.waits,
         turn.base + sum(step.cost) OVER (
           PARTITION BY step.queue, step.priority, step.owner_id ORDER BY step.ordinal, step.position) AS fair
  FROM new_steps AS step JOIN turns AS turn USING (queue, priority, owner_id)
  WHERE step.needs = '{}'
)
INSERT INTO job_steps (job_id, name, position, owner_id, task, queue, needs, optional, priority, cost, fair, state,
                       published_at, max_failures, max_crashes, timeout_s)
SELECT step.job_id, step.name, step.position, step.owner_id, step.task, step.queue, step.needs, step.optional,
       step.priority, step.cost, coalesce(ordered.fair, 0),
       CASE WHEN ordered.job_id IS NULL THEN 'blocked' ELSE 'ready' END,
       CASE WHEN $2::boolean AND step.queue NOT LIKE '%.bulk' AND ordered.fair - ordered.v <= 8 AND NOT ordered.waits
            THEN clock_timestamp() END,
       step.max_failures, step.max_crashes, step.timeout_s
FROM new_steps AS step LEFT JOIN ordered USING (job_id, name)
RETURNING job_id, name, task, queue, published_at IS NOT NULL AS publish
