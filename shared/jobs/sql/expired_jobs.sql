-- Open jobs past their deadline.
SELECT id FROM jobs
WHERE finished_at IS NULL AND expires_at <= clock_timestamp() AND cancel_requested_at IS NULL
ORDER BY expires_at LIMIT 200
