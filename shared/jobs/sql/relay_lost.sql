-- $1 queue, $2 how many, $3 age in seconds: marks again what was published that long ago and never claimed.
-- Materialized: see relay_due. `fair + 0`: else Postgres reads all that waits, in the due index's order, for the few
-- that were published.
WITH lost AS MATERIALIZED (
  SELECT job_id, name FROM job_steps
  WHERE queue = $1 AND state = 'ready' AND run_at <= clock_timestamp()
    AND published_at < clock_timestamp() - make_interval(secs => $3::double precision)
  ORDER BY priority, fair + 0 LIMIT $2
  FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE job_steps AS step
SET published_at = clock_timestamp()
FROM lost
WHERE step.job_id = lost.job_id AND step.name = lost.name AND step.state = 'ready'
RETURNING step.job_id, step.name, step.task, step.queue, step.priority, step.fair
