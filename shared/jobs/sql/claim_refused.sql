-- $1 job, $2 step: why a claim came to nothing.
SELECT step.state, EXISTS (SELECT FROM queues AS pause WHERE pause.name = step.queue) AS paused
FROM job_steps AS step
WHERE step.job_id = $1 AND step.name = $2
