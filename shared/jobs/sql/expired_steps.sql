-- Leases that nobody renewed, the oldest first.
SELECT job_id, name, queue FROM job_steps
WHERE state = 'running' AND lease_until < clock_timestamp()
ORDER BY lease_until LIMIT 200
