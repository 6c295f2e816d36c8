-- $1 name, $2 service, $3 version, $4 slots, $5 running, $6 draining. Tells whether an operator wants it to drain.
INSERT INTO workers (name, service, version, slots, running, draining, seen_at)
VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp())
ON CONFLICT (name) DO UPDATE
SET service = excluded.service, version = excluded.version, slots = excluded.slots, running = excluded.running,
    draining = excluded.draining, seen_at = excluded.seen_at
RETURNING asked_to_drain
