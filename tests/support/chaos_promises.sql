-- What the evidence must not show: each row that comes back is a broken promise. $1 is the lease in seconds.
SELECT 'job never ended' AS broken, id::text AS what FROM jobs WHERE kind = 'made_up' AND finished_at IS NULL
UNION ALL
SELECT 'result of a lease that was lost was stored', product.job_id::text || ' ' || product.step
FROM chaos.products AS product JOIN job_steps AS step ON step.job_id = product.job_id AND step.name = product.step
WHERE step.state <> 'succeeded' OR step.lease_token <> product.token
UNION ALL
SELECT 'success without exactly one product', step.job_id::text || ' ' || step.name
FROM job_steps AS step
WHERE step.state = 'succeeded' AND NOT step.copied
  AND (SELECT count(*) FROM chaos.products AS product
       WHERE product.job_id = step.job_id AND product.step = step.name) <> 1
UNION ALL
SELECT 'output is not that of the latest claim', step.job_id::text || ' ' || step.name
FROM job_steps AS step
WHERE step.state = 'succeeded' AND NOT step.copied AND step.output->>'token' <> step.lease_token::text
UNION ALL
SELECT 'more attempts than were claimed', attempt.job_id::text || ' ' || attempt.step
FROM chaos.attempts AS attempt JOIN job_steps AS step ON step.job_id = attempt.job_id AND step.name = attempt.step
GROUP BY attempt.job_id, attempt.step, step.attempt
HAVING count(*) > step.attempt OR count(*) <> count(DISTINCT attempt.token)
UNION ALL
SELECT 'attempt before its needs succeeded', attempt.job_id::text || ' ' || attempt.step
FROM chaos.attempts AS attempt
JOIN job_steps AS step ON step.job_id = attempt.job_id AND step.name = attempt.step
JOIN job_steps AS need ON need.job_id = step.job_id AND need.name = ANY(step.needs)
WHERE need.state <> 'succeeded' OR need.finished_at > attempt.at
UNION ALL
SELECT 'call more than one lease after a cancel', call.job_id::text || ' ' || call.step
FROM chaos.calls AS call JOIN jobs AS job ON job.id = call.job_id
WHERE call.at > job.cancel_requested_at + make_interval(secs => $1::double precision)
UNION ALL
SELECT 'call paid again although nothing crashed', call.job_id::text || ' ' || call.step
FROM chaos.calls AS call JOIN job_steps AS step ON step.job_id = call.job_id AND step.name = call.step
GROUP BY call.job_id, call.step, step.crashes, step.releases
HAVING count(*) > 1 + step.crashes + step.releases
