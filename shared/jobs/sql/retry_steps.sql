-- $1 new job, $2 old job. What had succeeded is not done, and not paid, again.
INSERT INTO job_steps (job_id, name, position, owner_id, task, queue, needs, optional, priority, cost, state,
                       max_failures, max_crashes, timeout_s, copied, output, message, progress_done, progress_total,
                       started_at, finished_at)
SELECT $1, name, position, owner_id, task, queue, needs, optional, priority, cost,
       CASE WHEN state = 'succeeded' THEN 'succeeded' ELSE 'blocked' END,
       max_failures, max_crashes, timeout_s, state = 'succeeded',
       CASE WHEN state = 'succeeded' THEN output END,
       CASE WHEN state = 'succeeded' THEN message ELSE '' END,
       CASE WHEN state = 'succeeded' THEN progress_done ELSE 0 END,
       CASE WHEN state = 'succeeded' THEN progress_total ELSE 0 END,
       CASE WHEN state = 'succeeded' THEN started_at END,
       CASE WHEN state = 'succeeded' THEN finished_at END
FROM job_steps WHERE job_id = $2
