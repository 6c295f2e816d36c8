-- $1 name, $2 slot, $3 job: true for the one dispatcher that starts this slot's job.
INSERT INTO periodic_runs (name, slot, job_id) VALUES ($1, $2, $3)
ON CONFLICT (name, slot) DO NOTHING
RETURNING job_id
