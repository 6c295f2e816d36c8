-- Those that died without a word, an hour later.
DELETE FROM workers WHERE seen_at < clock_timestamp() - interval '1 hour'
