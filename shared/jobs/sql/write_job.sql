-- $1 job, $2 state, $3 cancel reason, $4 error, $5 whether it ended.
UPDATE jobs
SET state = $2, error = $4::jsonb, version = version + 1,
    cancel_reason = $3::text,
    cancel_requested_at = CASE WHEN $3::text IS NULL THEN NULL ELSE coalesce(cancel_requested_at, clock_timestamp()) END,
    started_at = coalesce(started_at, (SELECT min(started_at) FROM job_steps WHERE job_id = $1)),
    finished_at = CASE WHEN $5::boolean THEN clock_timestamp() END
WHERE id = $1
