-- $1 queue, $2 how many: marks due steps that nobody published yet, in fair order, whose turn is before
-- ($3 priority, $4 virtual finish time).
-- Materialized: as a plain subquery a nested loop may run it anew for each row, and mark and lock more than $2.
WITH due AS MATERIALIZED (
  SELECT job_id, name FROM job_steps
  WHERE queue = $1 AND state = 'ready' AND published_at IS NULL AND run_at <= clock_timestamp()
    AND (priority, fair) < ($3::smallint, $4::double precision)
  ORDER BY priority, fair LIMIT $2
  FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE job_steps AS step
SET published_at = clock_timestamp()
FROM due
WHERE step.job_id = due.job_id AND step.name = due.name AND step.state = 'ready'
RETURNING step.job_id, step.name, step.task, step.queue, step.priority, step.fair,
          extract(epoch FROM step.published_at - step.run_at)::double precision AS lag_s
