-- $1 name: asks a worker that lives and is not leaving yet to drain. The row is as it was before; `asked` says whether
-- it was asked now, and `fresh` whether it was seen lately. No row: there is no such process.
WITH asked AS (
  UPDATE workers SET asked_to_drain = true
  WHERE name = $1 AND service <> 'dispatcher' AND NOT draining AND NOT asked_to_drain
    AND seen_at > clock_timestamp() - interval '30 seconds'
  RETURNING name
)
SELECT worker.name, worker.service, worker.version, worker.slots, worker.running, worker.draining,
       worker.asked_to_drain, worker.seen_at, worker.seen_at > clock_timestamp() - interval '30 seconds' AS fresh,
       EXISTS (SELECT FROM asked) AS asked
FROM workers AS worker
WHERE worker.name = $1
