-- $1 queues, $2 seconds (null: until resumed), $3 reason, $4 who ('provider', 'operator').
-- An operator's pause is never shortened or taken over by a provider's before it is over.
INSERT INTO queues (name, paused_until, reason, paused_by)
SELECT name, coalesce(clock_timestamp() + make_interval(secs => $2::double precision), 'infinity'), $3, $4
FROM unnest($1::text[]) AS queue(name) ORDER BY name
ON CONFLICT (name) DO UPDATE
SET paused_until = CASE WHEN excluded.paused_by = 'operator' THEN excluded.paused_until
                        ELSE greatest(queues.paused_until, excluded.paused_until) END,
    reason = excluded.reason, paused_by = excluded.paused_by
WHERE queues.paused_by <> 'operator' OR excluded.paused_by = 'operator' OR queues.paused_until <= clock_timestamp()
