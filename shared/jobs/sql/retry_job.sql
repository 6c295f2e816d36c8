-- $1 new job, $2 old job (locked, terminal), $3 seconds until it expires, $4 if it is batch work, $5 request id.
INSERT INTO jobs (id, owner_id, retry_of, kind, input, bulk, priority, batch_id, batch_item, expires_at, request_id)
SELECT $1, owner_id, id, kind, input, bulk, priority, batch_id, batch_item,
       clock_timestamp() + make_interval(secs => CASE WHEN bulk THEN $4::double precision ELSE $3::double precision END), $5
FROM jobs WHERE id = $2
ON CONFLICT (retry_of) DO NOTHING
RETURNING id
