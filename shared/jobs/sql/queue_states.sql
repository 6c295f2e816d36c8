-- $1 queues: each as an operator sees it, in that order. `slots` are those of the service's fresh workers that are not
-- draining, shared by its two queues. A pause without an end is `until` null; one that is over is none, but for a
-- provider's, after which one step at a time is let through until one succeeds.
SELECT queue.name, waiting.ready, waiting.due, waiting.published,
       extract(epoch FROM clock_timestamp() - waiting.due_since)::double precision AS oldest_ready_s,
       (SELECT count(*) FROM job_steps AS step WHERE step.queue = queue.name AND step.state = 'running') AS running,
       (SELECT coalesce(sum(worker.slots), 0) FROM workers AS worker
        WHERE worker.service = split_part(queue.name, '.', 1) AND NOT worker.draining AND NOT worker.asked_to_drain
          AND worker.seen_at > clock_timestamp() - interval '30 seconds') AS slots,
       pause.name IS NOT NULL AS paused, nullif(pause.paused_until, 'infinity') AS until, pause.reason,
       pause.paused_by AS by
FROM unnest($1::text[]) WITH ORDINALITY AS queue(name, position)
CROSS JOIN LATERAL (
  SELECT count(*) AS ready, count(step.published_at) AS published,
         count(*) FILTER (WHERE step.run_at <= clock_timestamp()) AS due,
         min(step.run_at) FILTER (WHERE step.run_at <= clock_timestamp()) AS due_since
  FROM job_steps AS step
  WHERE step.queue = queue.name AND step.state = 'ready'
) AS waiting
LEFT JOIN queues AS pause
  ON pause.name = queue.name AND NOT (pause.paused_by = 'operator' AND pause.paused_until <= clock_timestamp())
ORDER BY queue.position
