-- $1 job, $2 step, $3 token: what the holder of the lease works on. Also finds a claim whose reply was lost.
SELECT step.owner_id, step.attempt, step.crashes, job.request_id, job.input::text AS input,
       extract(epoch FROM step.deadline_at - clock_timestamp())::double precision AS left_s,
       EXISTS (SELECT FROM queues AS pause WHERE pause.name = step.queue AND pause.paused_by = 'provider') AS half_open,
       coalesce((SELECT jsonb_object_agg(done.name, done.output) FROM job_steps AS done
                 WHERE done.job_id = $1 AND done.state = 'succeeded'), '{}') AS outputs
FROM job_steps AS step JOIN jobs AS job ON job.id = step.job_id
WHERE step.job_id = $1 AND step.name = $2 AND step.state = 'running' AND step.lease_token = $3
