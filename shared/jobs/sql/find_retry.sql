-- $1 old job: the job that already retries it.
SELECT id FROM jobs WHERE retry_of = $1
