"""Guards in the engine's SQL."""

from tests.mutants.mutant import Mutant

RACES = ("tests/integration/jobs/test_races.py",)
STORE = ("tests/integration/jobs/test_store.py",)
CLAIMS = ("tests/integration/jobs/test_claims.py",)
GUARDS = ("tests/integration/jobs/test_guards.py",)
FAIR = ("tests/integration/jobs/test_fairness.py",)
PERIODIC = ("tests/integration/dispatcher/test_periodic.py",)
RELAY = ("tests/integration/dispatcher/test_relay.py",)
PLANS = ("tests/integration/jobs/test_plans.py",)
KEYED = ("tests/integration/jobs/test_idempotency.py",)
CONFLICT = "ON CONFLICT (owner_id, idempotency_key) DO NOTHING\n  RETURNING id"
NEW_JOBS, NEW_STEPS = "\n),\nnew_jobs", "\n),\nnew_steps"
INNER = (
    "SELECT job_id, name FROM job_steps WHERE queue = $1 AND state = 'ready' AND published_at IS NULL"
    " AND run_at <= clock_timestamp() AND (priority, fair) < ($3::smallint, $4::double precision)"
    " ORDER BY priority, fair LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED"
)
PROBE = """OR EXISTS (SELECT FROM job_steps AS probe
                      WHERE probe.queue = step.queue AND probe.state = 'running'
                        AND probe.claimed_at >= pause.paused_until)"""


def _sql(name: str, statement: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(name, f"shared/jobs/sql/{statement}.sql", old, new, tests)


LOCKS = (
    _sql("no lock", "lock_job", "FOR NO KEY UPDATE", "", RACES),
    _sql("a lock that meets foreign keys", "lock_job", "FOR NO KEY UPDATE", "FOR UPDATE", RACES),
    _sql("anybody's job", "lock_job", "owner_id = $2)", "owner_id = $2 OR true)", STORE),
    _sql("waits for others", "lock_job_if_free", " SKIP LOCKED", "", GUARDS),
    _sql("relays wait for each other", "relay_due", " SKIP LOCKED", "", GUARDS),
    _sql("relays wait for each other again", "relay_lost", " SKIP LOCKED", "", GUARDS),
    _sql("reads all that waits", "relay_lost", "fair + 0 LIMIT", "fair LIMIT", PLANS),
    _sql(
        "overtakes by filling the list",
        "relay_due",
        "(priority, fair) < ($3::smallint, $4::double precision)",
        "($3::smallint, $4::double precision) IS NOT NULL",
        RELAY,
    ),
    _sql("limit of a nested loop", "relay_due", "FROM due\n", f"FROM ({INNER}) AS due\n", GUARDS),
    _sql("expects no state", "write_step", "state = $11 AND", "$11::text IS NOT NULL AND", GUARDS),
    _sql(
        "expects no token",
        "write_step",
        "lease_token IS NOT DISTINCT FROM $12::uuid",
        "($12::uuid IS NULL OR true)",
        GUARDS,
    ),
    _sql("lease renewed meanwhile", "write_step", "OR lease_until < $13)", "OR true)", GUARDS),
    _sql("ready twice", "make_ready", " AND step.state = 'blocked'", "", GUARDS),
    _sql("stays published", "write_step", "published_at = NULL", "published_at = published_at", GUARDS),
    _sql("many retries", "retry_job", "ON CONFLICT (retry_of) DO NOTHING", "", RACES),
    _sql("slot started twice", "start_periodic", "ON CONFLICT (name, slot) DO NOTHING", "", PERIODIC),
)
CLAIM = (
    _sql("claims what is not ready", "claim", "AND state = 'ready' AND", "AND", CLAIMS),
    _sql("claims another task", "claim", "AND task = $3 AND", "AND $3::text IS NOT NULL AND", CLAIMS),
    _sql("claims too early", "claim", "AND run_at <= clock_timestamp()", "", CLAIMS),
    _sql("claims from a paused queue", "claim", "pause.paused_until > clock_timestamp()", "false", CLAIMS),
    _sql("all look whether the provider is back", "claim", PROBE, "", CLAIMS),
    _sql("old work counts as looking", "claim", "AND probe.claimed_at >= pause.paused_until", "", GUARDS),
    _sql("claim of another token", "load_claim", "AND step.lease_token = $3", "AND $3::uuid IS NOT NULL", CLAIMS),
    _sql("looks after an operator's pause", "load_claim", " AND pause.paused_by = 'provider'", "", CLAIMS),
    _sql("anybody's heartbeat", "heartbeat", "AND step.lease_token = beat.token", "", CLAIMS),
    _sql(
        "progress counts when it did not move",
        "heartbeat",
        "held.moved THEN 1 ELSE 0",
        "held.moved THEN 1 ELSE 1",
        CLAIMS,
    ),
    _sql("the provider takes over", "pause_queues", "WHERE queues.paused_by <> 'operator' OR", "WHERE true OR", GUARDS),
    _sql(
        "a later pause shortens",
        "pause_queues",
        "greatest(queues.paused_until, excluded.paused_until)",
        "excluded.paused_until",
        GUARDS,
    ),
    _sql("ends an operator's pause", "end_provider_pause", "AND paused_by = 'provider'", "", GUARDS),
    _sql("ends a newer pause", "end_provider_pause", "AND paused_until <= clock_timestamp()", "", GUARDS),
)
FAIRNESS = (
    _sql("no burst limit at submit", "submit", "AND ordered.fair - ordered.v <= 8", "", FAIR),
    _sql("no burst limit later", "make_ready", "AND turn.fair - turn.v <= 8", "", GUARDS),
    _sql("overtakes oneself at submit", "submit", "AND NOT ordered.waits", "", GUARDS),
    _sql("overtakes oneself later", "make_ready", "AND NOT turn.waits", "", GUARDS),
    _sql("bulk is published at submit", "submit", "AND step.queue NOT LIKE '%.bulk'", "", FAIR),
    _sql("bulk is published later", "make_ready", "AND step.queue NOT LIKE '%.bulk'", "", GUARDS),
    _sql("publishes without Redis at submit", "submit", "$2::boolean AND", "$2::boolean IS NOT NULL AND", FAIR),
    _sql("publishes without Redis later", "make_ready", "$3::boolean AND", "$3::boolean IS NOT NULL AND", GUARDS),
    _sql("a batch costs nothing", "submit", "ORDER BY step.ordinal, step.position) AS fair", ") AS fair", FAIR),
    _sql(
        "heavy owners do not wait",
        "submit",
        "greatest(virtual.v, coalesce(own.fair, 0)) AS base",
        "virtual.v AS base",
        FAIR,
    ),
)
KEYS = (
    _sql("a batch's key used twice fails", "submit", f"{CONFLICT}{NEW_JOBS}", f"RETURNING id{NEW_JOBS}", KEYED),
    _sql("a job's key used twice fails", "submit", f"{CONFLICT}{NEW_STEPS}", f"RETURNING id{NEW_STEPS}", KEYED),
    _sql("jobs without their batch", "submit", "OR EXISTS (SELECT FROM new_batch)", "OR true", KEYED),
    _sql("steps without their job", "submit", " JOIN new_jobs USING (id)", "", KEYED),
    _sql("a batch that nobody asked for", "submit", "WHERE $3::jsonb IS NOT NULL", "", KEYED),
)
STATEMENTS = (*LOCKS, *CLAIM, *FAIRNESS, *KEYS)
