-- $1 queues: whoever paused them.
DELETE FROM queues WHERE name = ANY($1::text[])
