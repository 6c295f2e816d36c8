-- $1 job, $2 step, $3 task, $4 token, $5 worker, $6 lease in seconds.
-- A paused queue gives nothing; one that its provider paused lets a single step through when the pause is over.
-- An operator's pause that is over is over for all: nobody has to look.
UPDATE job_steps AS step
SET state = 'running', attempt = attempt + 1, lease_token = $4, leased_by = $5,
    claimed_at = clock_timestamp(), started_at = coalesce(started_at, clock_timestamp()),
    lease_until = clock_timestamp() + make_interval(secs => $6::double precision),
    deadline_at = clock_timestamp() + make_interval(secs => timeout_s),
    progress_done = 0, progress_total = 0, message = '', progress_seq = progress_seq + 1
WHERE job_id = $1 AND name = $2 AND task = $3 AND state = 'ready' AND run_at <= clock_timestamp()
  AND NOT EXISTS (
    SELECT FROM queues AS pause
    WHERE pause.name = step.queue AND NOT (pause.paused_by = 'operator' AND pause.paused_until <= clock_timestamp())
      AND (pause.paused_until > clock_timestamp()
           OR EXISTS (SELECT FROM job_steps AS probe
                      WHERE probe.queue = step.queue AND probe.state = 'running'
                        AND probe.claimed_at >= pause.paused_until)))
