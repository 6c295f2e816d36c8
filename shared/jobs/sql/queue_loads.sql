-- $1 queues: for each whether anything is due, how many of its steps run, how many are published and not yet claimed
-- (on their way, or lost) with the last turn among them, and the slots of its service's fresh workers.
-- Ordered, though any due step would do: by EXISTS a full queue made Postgres read the whole table for an empty one.
SELECT queue.name,
       (SELECT true FROM job_steps AS step
        WHERE step.queue = queue.name AND step.state = 'ready' AND step.run_at <= clock_timestamp()
        ORDER BY step.priority, step.fair LIMIT 1) IS NOT NULL AS due,
       (SELECT count(*) FROM job_steps AS step WHERE step.queue = queue.name AND step.state = 'running') AS running,
       (SELECT count(*) FROM job_steps AS step
        WHERE step.queue = queue.name AND step.state = 'ready' AND step.published_at IS NOT NULL) AS published,
       (SELECT jsonb_build_array(step.priority, step.fair) FROM job_steps AS step
        WHERE step.queue = queue.name AND step.state = 'ready' AND step.published_at IS NOT NULL
        ORDER BY step.priority DESC, step.fair + 0 DESC LIMIT 1) AS last_turn,
       (SELECT coalesce(sum(worker.slots), 0) FROM workers AS worker
        WHERE worker.service = split_part(queue.name, '.', 1) AND NOT worker.draining
          AND worker.seen_at > clock_timestamp() - interval '30 seconds') AS slots,
       EXISTS (SELECT FROM queues AS pause
               WHERE pause.name = queue.name AND pause.paused_until > clock_timestamp()) AS paused
FROM unnest($1::text[]) AS queue(name)
