-- Every process on the register, and whether it was seen lately. Those that ended in good order are not on it.
SELECT name, service, version, slots, running, draining, asked_to_drain, seen_at,
       seen_at > clock_timestamp() - interval '30 seconds' AS fresh
FROM workers
ORDER BY service, name
