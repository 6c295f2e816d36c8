-- $1 job, $2 step: why a claim came to nothing.
SELECT step.state,
       EXISTS (SELECT FROM queues AS pause
               WHERE pause.name = step.queue
                 AND NOT (pause.paused_by = 'operator' AND pause.paused_until <= clock_timestamp())) AS paused
FROM job_steps AS step
WHERE step.job_id = $1 AND step.name = $2
