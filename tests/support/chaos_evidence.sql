-- What workers in chaos write down: each attempt, each paid call (both at once), each product (with the finish).
CREATE SCHEMA chaos;
CREATE TABLE chaos.attempts (job_id uuid, step text, token uuid, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE chaos.calls (LIKE chaos.attempts INCLUDING DEFAULTS);
CREATE TABLE chaos.products (LIKE chaos.attempts INCLUDING DEFAULTS);
