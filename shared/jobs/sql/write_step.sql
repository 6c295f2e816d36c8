-- $1 job, $2 step, $3 state, $4 run_at, $5 failures, $6 crashes, $7 releases, $8 output, $9 error, $10 message,
-- relying on $11 old state, $12 old token and, if not null, on the lease having ended before $13.
UPDATE job_steps
SET state = $3, run_at = $4, failures = $5, crashes = $6, releases = $7, output = $8::jsonb, error = $9::jsonb,
    message = $10, lease_until = NULL, published_at = NULL,
    progress_done = CASE WHEN $3 = 'succeeded' THEN greatest(progress_total, 1) ELSE progress_done END,
    progress_total = CASE WHEN $3 = 'succeeded' THEN greatest(progress_total, 1) ELSE progress_total END,
    finished_at = CASE WHEN $3 IN ('blocked', 'ready', 'running') THEN NULL ELSE clock_timestamp() END
WHERE job_id = $1 AND name = $2
  AND state = $11 AND lease_token IS NOT DISTINCT FROM $12::uuid
  AND ($13::timestamptz IS NULL OR lease_until < $13)
