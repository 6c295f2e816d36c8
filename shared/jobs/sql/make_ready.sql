-- $1 job, $2 step, $3 whether this process can publish. Virtual finish time: see ARCHITECTURE.md, "Fairness".
UPDATE job_steps AS step
SET state = 'ready', run_at = clock_timestamp(), fair = turn.fair,
    published_at = CASE
      WHEN $3::boolean AND step.queue NOT LIKE '%.bulk' AND turn.fair - turn.v <= 8 AND NOT turn.waits THEN clock_timestamp()
    END
FROM (
  SELECT greatest(virtual.v, coalesce(own.fair, 0)) + this.cost AS fair, virtual.v, own.waits
  FROM job_steps AS this,
  LATERAL (
    SELECT coalesce(
      (SELECT due.fair FROM job_steps AS due
       WHERE due.queue = this.queue AND due.priority = this.priority AND due.state = 'ready'
         AND due.published_at IS NULL AND due.run_at <= clock_timestamp()
       ORDER BY due.fair LIMIT 1),
      extract(epoch FROM clock_timestamp())::double precision) AS v
  ) AS virtual,
  LATERAL (
    SELECT max(mine.fair) AS fair,
           coalesce(bool_or(mine.published_at IS NULL AND mine.run_at <= clock_timestamp()), false) AS waits
    FROM job_steps AS mine
    WHERE mine.queue = this.queue AND mine.priority = this.priority AND mine.owner_id = this.owner_id
      AND mine.state = 'ready'
  ) AS own
  WHERE this.job_id = $1 AND this.name = $2
) AS turn
WHERE step.job_id = $1 AND step.name = $2 AND step.state = 'blocked'
RETURNING step.name, step.task, step.queue, step.published_at IS NOT NULL AS publish
