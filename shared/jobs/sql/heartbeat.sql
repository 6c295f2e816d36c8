-- $1 jobs, $2 steps, $3 tokens, $4 done, $5 total, $6 messages, $7 whether progress changed, $8 lease in seconds.
-- Returns the leases that still hold; what is missing is lost. Rows are locked in one order, so no two beats deadlock.
WITH beats AS (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::integer[], $6::text[], $7::boolean[])
    AS beat(job_id, name, token, done, total, message, moved)
),
held AS (
  SELECT step.job_id, step.name, beat.done, beat.total, beat.message, beat.moved
  FROM job_steps AS step JOIN beats AS beat USING (job_id, name)
  WHERE step.state = 'running' AND step.lease_token = beat.token
  ORDER BY step.job_id, step.name
  FOR NO KEY UPDATE OF step
)
UPDATE job_steps AS step
SET lease_until = clock_timestamp() + make_interval(secs => $8::double precision),
    progress_done = CASE WHEN held.moved THEN held.done ELSE step.progress_done END,
    progress_total = CASE WHEN held.moved THEN held.total ELSE step.progress_total END,
    message = CASE WHEN held.moved THEN held.message ELSE step.message END,
    progress_seq = step.progress_seq + CASE WHEN held.moved THEN 1 ELSE 0 END
FROM held JOIN jobs AS job ON job.id = held.job_id
WHERE step.job_id = held.job_id AND step.name = held.name
RETURNING step.job_id, step.name, job.cancel_requested_at IS NOT NULL AS cancelled
