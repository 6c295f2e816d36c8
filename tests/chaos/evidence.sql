-- What happens in a rehearsal, written down by Postgres itself: every move of a step and of a job.
CREATE SCHEMA chaos;
CREATE TABLE chaos.moves (
  id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), job_id uuid NOT NULL, step text NOT NULL,
  queue text NOT NULL, was text NOT NULL, became text NOT NULL, token uuid,
  crashed boolean NOT NULL,
  holder text, teller text NOT NULL);
CREATE INDEX ON chaos.moves (job_id, step, id);
CREATE INDEX ON chaos.moves (at);
CREATE TABLE chaos.ends (at timestamptz NOT NULL DEFAULT clock_timestamp(), job_id uuid NOT NULL, was text NOT NULL, became text NOT NULL);
CREATE TABLE chaos.acknowledged (job_id uuid PRIMARY KEY);
CREATE TABLE chaos.acknowledged_batches (batch_id uuid PRIMARY KEY, items integer NOT NULL);
CREATE FUNCTION chaos.note_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO chaos.moves (job_id, step, queue, was, became, token, crashed, holder, teller)
  VALUES (new.job_id, new.name, new.queue, old.state, new.state, new.lease_token, new.crashes > old.crashes, new.leased_by,
    current_setting('application_name'));
  RETURN NULL;
END $$;
CREATE FUNCTION chaos.note_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO chaos.ends (job_id, was, became) VALUES (new.id, old.state, new.state);
  RETURN NULL;
END $$;
CREATE TRIGGER chaos_moves AFTER UPDATE ON job_steps FOR EACH ROW
  WHEN (old.state <> new.state) EXECUTE FUNCTION chaos.note_step();
CREATE TRIGGER chaos_ends AFTER UPDATE ON jobs FOR EACH ROW
  WHEN (old.state <> new.state AND (old.finished_at IS NOT NULL OR new.finished_at IS NOT NULL))
  EXECUTE FUNCTION chaos.note_job();
