-- What must hold whatever was killed: each row that comes back is a broken promise.
SELECT 'open step in an ended job' AS broken, job.id::text AS what
FROM jobs AS job JOIN job_steps AS step ON step.job_id = job.id
WHERE job.finished_at IS NOT NULL AND step.finished_at IS NULL
UNION ALL
SELECT 'ended job without all steps ended, or open job with none open', job.id::text
FROM jobs AS job
WHERE (job.finished_at IS NULL)
   <> EXISTS (SELECT FROM job_steps AS step WHERE step.job_id = job.id AND step.finished_at IS NULL)
UNION ALL
SELECT 'step ran before its needs succeeded', step.job_id::text || ' ' || step.name
FROM job_steps AS step, unnest(step.needs) AS needed(name)
JOIN job_steps AS need ON need.name = needed.name
WHERE need.job_id = step.job_id AND step.attempt > 0
  AND (need.state <> 'succeeded' OR need.finished_at > step.started_at)
UNION ALL
SELECT 'attempts do not add up', step.job_id::text || ' ' || step.name
FROM job_steps AS step
WHERE step.attempt - step.failures - step.crashes - step.releases
   <> CASE WHEN step.state = 'running' OR (step.state = 'succeeded' AND NOT step.copied) THEN 1
           WHEN step.state = 'cancelled' THEN least(1, greatest(0, step.attempt - step.failures - step.crashes - step.releases))
           ELSE 0 END
UNION ALL
SELECT 'ready step whose needs have not succeeded', step.job_id::text || ' ' || step.name
FROM job_steps AS step, unnest(step.needs) AS needed(name)
JOIN job_steps AS need ON need.name = needed.name
WHERE need.job_id = step.job_id AND step.state = 'ready' AND need.state <> 'succeeded'
UNION ALL
SELECT 'blocked step whose needs all succeeded', step.job_id::text || ' ' || step.name
FROM job_steps AS step
WHERE step.state = 'blocked' AND NOT EXISTS (
  SELECT FROM job_steps AS need
  WHERE need.job_id = step.job_id AND need.name = ANY(step.needs) AND need.state <> 'succeeded')
UNION ALL
SELECT 'job state is not that of its steps', job.id::text
FROM jobs AS job
CROSS JOIN LATERAL (
  SELECT bool_and(step.state = 'succeeded') AS all_good,
         bool_and(step.state = 'succeeded' OR step.optional) AS good_enough,
         bool_or(step.attempt > 0) AS ever_ran
  FROM job_steps AS step WHERE step.job_id = job.id
) AS steps
WHERE job.finished_at IS NOT NULL
  AND job.state <> CASE
    WHEN steps.all_good THEN 'succeeded'
    WHEN job.cancel_reason = 'expired' AND NOT steps.ever_ran THEN 'expired'
    WHEN job.cancel_reason IS NOT NULL THEN 'cancelled'
    WHEN NOT steps.good_enough THEN 'failed'
    ELSE 'partial' END
UNION ALL
SELECT 'article of a step that did not succeed', article.id::text
FROM articles AS article JOIN job_steps AS step ON step.job_id = article.job_id AND step.name = 'write_text'
WHERE step.state <> 'succeeded' OR step.output->>'article_id' <> article.id::text
