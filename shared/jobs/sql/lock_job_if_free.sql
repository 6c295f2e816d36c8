-- $1 job, $2 owner or null for any. As lock_job, but somebody else's transition is not waited for.
SELECT id, state, cancel_reason, expires_at, error
FROM jobs
WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2)
FOR NO KEY UPDATE SKIP LOCKED
