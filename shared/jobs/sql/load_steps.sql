-- $1 job. A statement of its own: its snapshot must be newer than the lock.
SELECT name, needs, optional, state, run_at, attempt, failures, crashes, releases,
       max_failures, max_crashes, lease_token, lease_until, error, clock_timestamp() AS now
FROM job_steps
WHERE job_id = $1
ORDER BY position
