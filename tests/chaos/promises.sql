-- What a rehearsal must not show, beside invariants.sql: each row that comes back is a broken promise.
SELECT 'lost: acknowledged, and no such job' AS broken, job_id::text AS what
FROM chaos.acknowledged WHERE job_id NOT IN (SELECT id FROM jobs)
UNION ALL
SELECT 'lost: acknowledged, and not all of its jobs are there', batch.batch_id::text
FROM chaos.acknowledged_batches AS batch LEFT JOIN jobs AS job ON job.batch_id = batch.batch_id
GROUP BY batch.batch_id, batch.items HAVING count(DISTINCT job.batch_item) <> batch.items
UNION ALL
SELECT 'stuck: the job never ended', id::text FROM jobs WHERE finished_at IS NULL
UNION ALL
SELECT 'doubled: a step succeeded twice', job_id::text || ' ' || step
FROM chaos.moves WHERE became = 'succeeded' GROUP BY job_id, step HAVING count(*) > 1
UNION ALL
SELECT 'doubled: a job ended twice', job_id::text FROM chaos.ends GROUP BY job_id HAVING count(*) > 1
UNION ALL
SELECT 'success of a lease that was lost', ended.job_id::text || ' ' || ended.step
FROM chaos.moves AS ended
WHERE ended.became = 'succeeded' AND ended.token IS DISTINCT FROM (
  SELECT claim.token FROM chaos.moves AS claim
  WHERE claim.job_id = ended.job_id AND claim.step = ended.step AND claim.became = 'running' AND claim.id < ended.id
  ORDER BY claim.id DESC LIMIT 1)
UNION ALL
SELECT 'heard: one who had lost the lease', told.job_id::text || ' ' || told.step
FROM chaos.moves AS told JOIN chaos.moves AS claim ON claim.job_id = told.job_id AND claim.step = told.step
WHERE told.was = 'running' AND claim.became = 'running' AND claim.holder <> told.holder
  AND told.teller = 'parlance-' || claim.holder
UNION ALL
SELECT 'a step that had ended moved', job_id::text || ' ' || step
FROM chaos.moves WHERE was IN ('succeeded', 'failed', 'skipped', 'cancelled')
UNION ALL
SELECT 'claims are not the attempts', step.job_id::text || ' ' || step.name
FROM job_steps AS step
LEFT JOIN (SELECT job_id, step, count(*) AS claims FROM chaos.moves WHERE became = 'running' GROUP BY 1, 2) AS seen
  ON seen.job_id = step.job_id AND seen.step = step.name
WHERE step.attempt <> coalesce(seen.claims, 0)
UNION ALL
SELECT 'claimed before its needs had succeeded', claim.job_id::text || ' ' || claim.step
FROM chaos.moves AS claim
JOIN job_steps AS step ON step.job_id = claim.job_id AND step.name = claim.step
JOIN job_steps AS need ON need.job_id = step.job_id AND need.name = ANY(step.needs)
WHERE claim.became = 'running' AND NOT need.copied AND NOT EXISTS (
  SELECT FROM chaos.moves AS done
  WHERE done.job_id = need.job_id AND done.step = need.name AND done.became = 'succeeded' AND done.id < claim.id)
UNION ALL
SELECT 'claimed after a cancel', claim.job_id::text || ' ' || claim.step
FROM chaos.moves AS claim JOIN jobs AS job ON job.id = claim.job_id
WHERE claim.became = 'running' AND claim.at > job.cancel_requested_at + interval '1 second'
UNION ALL
SELECT 'an article of an ended job lacks what its steps made', article.id::text || ' ' || step.name
FROM articles AS article JOIN job_steps AS step ON step.job_id = article.job_id AND step.state = 'succeeded'
WHERE NOT CASE step.name
  WHEN 'annotate_text' THEN EXISTS (SELECT FROM article_annotations WHERE article_id = article.id)
  WHEN 'translate_text' THEN EXISTS (SELECT FROM article_translations WHERE article_id = article.id)
  WHEN 'narrate_text' THEN EXISTS (SELECT FROM article_narrations WHERE article_id = article.id)
  WHEN 'align_audio' THEN EXISTS (SELECT FROM article_alignments WHERE article_id = article.id)
  ELSE true END
