-- $1 job, $2 owner or null for any. Must be the first statement of a transition.
SELECT id, state, cancel_reason, expires_at, error
FROM jobs
WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2)
FOR NO KEY UPDATE
