-- $1 queues: the step that was let through succeeded.
DELETE FROM queues WHERE name = ANY($1::text[]) AND paused_by = 'provider' AND paused_until <= clock_timestamp()
