"""Random events against the rows and against the pure model: after each, both must agree in everything."""

from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.jobs import store
from shared.jobs.kinds import StepSpec
from shared.jobs.model import (
    CancelAsked,
    Crashed,
    Event,
    Failed,
    LeaseExpired,
    Released,
    StepFailure,
    Succeeded,
    decide,
)
from tests.support.invariants import broken_promises
from tests.support.jobs import Engine, diamond, step

SHAPES: tuple[tuple[StepSpec, ...], ...] = (
    diamond(),
    (step("first", max_failures=2), step("left", "first", optional=True), step("last", "left", optional=True)),
    (step("first"), step("left"), step("last", optional=True)),
)
NAMES = ("first", "left", "right", "last")
names = st.sampled_from(NAMES)


class Lives(RuleBasedStateMachine):
    """One job's life; `tokens` are all leases ever given out, so that zombies speak too."""

    engine: ClassVar[Engine]

    @initialize(shape=st.sampled_from(SHAPES))
    def begin(self, shape: tuple[StepSpec, ...]) -> None:
        self.job = self.engine.submit(*shape)
        self.tokens: dict[str, list[UUID]] = {spec.name: [] for spec in shape}
        self.accepted: dict[str, int] = {spec.name: 0 for spec in shape}

    def happen(self, event: Event) -> None:
        """Let the event happen to the rows and to the model, and compare."""
        before = self.load()
        outcome = store.tell(self.engine.database, self.job, event)
        after = self.load()
        expected = decide(before.job, before.steps, event, before.now)
        changed = {step.name: step for step in expected.steps}
        assert outcome.verdict == expected.verdict
        assert after.job.state == expected.job.state
        assert after.job.cancel_reason == expected.job.cancel_reason
        for old, new in zip(before.steps, after.steps, strict=True):
            want = changed.get(old.name, old)
            assert (new.state, new.attempt, new.failures, new.crashes, new.releases, new.lease_token, new.error) == (
                want.state,
                want.attempt,
                want.failures,
                want.crashes,
                want.releases,
                want.lease_token,
                want.error,
            )
        if isinstance(event, Succeeded) and outcome.verdict == "applied":
            self.accepted[event.step] += 1

    def load(self) -> store._Loaded:
        with self.engine.connection.transaction():
            loaded = store._load(self.engine.connection, "lock_job", self.job)
        assert loaded is not None
        return loaded

    def token(self, name: str, age: int) -> UUID:
        """The newest token of the step, an older one, or one that was never given out."""
        given = self.tokens.get(name, [])
        return given[-1 - age] if age < len(given) else uuid4()

    @rule(name=names)
    def claim(self, name: str) -> None:
        if name in self.tokens:
            self.engine.connection.execute("UPDATE job_steps SET run_at = clock_timestamp() WHERE state = 'ready'")
            before = self.engine.row(self.job, name)
            claimed = self.engine.claim(self.job, name)
            assert isinstance(claimed, str) == (before["state"] != "ready")
            if not isinstance(claimed, str):
                self.tokens[name].append(claimed.token)

    @rule(name=names, age=st.integers(0, 1))
    def succeed(self, name: str, age: int) -> None:
        self.happen(Succeeded(name, self.token(name, age), {"of": name}))

    @rule(name=names, age=st.integers(0, 1), transient=st.booleans())
    def fail(self, name: str, age: int, transient: bool) -> None:  # noqa: FBT001 - drawn
        failure = StepFailure("provider_timeout")
        self.happen(Failed(step=name, token=self.token(name, age), failure=failure, transient=transient, jitter=0.0))

    @rule(name=names)
    def snooze(self, name: str) -> None:
        failure = StepFailure("provider_rate_limited")
        self.happen(Failed(step=name, token=self.token(name, 0), failure=failure, transient=True, jitter=0.0))

    @rule(name=names)
    def release(self, name: str) -> None:
        self.happen(Released(name, self.token(name, 0)))

    @rule(name=names)
    def crash(self, name: str) -> None:
        self.happen(Crashed(name, self.token(name, 0)))

    @rule(name=names, over=st.booleans())
    def expire(self, name: str, over: bool) -> None:  # noqa: FBT001 - drawn
        if over:
            self.engine.expire(self.job, name)
        self.happen(LeaseExpired(name))

    @precondition(lambda self: any(self.tokens.values()))
    @rule(name=names, good=st.booleans())
    def steal(self, name: str, good: bool) -> None:  # noqa: FBT001 - drawn
        """A lease runs out, somebody else takes over, and the old holder speaks: rarely met by chance."""
        if name not in self.tokens or not self.tokens[name] or self.engine.states(self.job)[name] != "running":
            return
        self.expire(name, over=True)
        if self.engine.states(self.job)[name] != "ready":
            return
        self.claim(name)
        if good:
            self.succeed(name, age=1)
        else:
            self.fail(name, age=1, transient=False)
        assert self.engine.states(self.job)[name] == "running"

    @rule()
    def cancel(self) -> None:
        self.happen(CancelAsked("asked"))

    @invariant()
    def promises(self) -> None:
        assert broken_promises(self.engine.connection) == []
        assert all(count <= 1 for count in getattr(self, "accepted", {}).values())


@pytest.fixture(name="machine")
def _machine(engine: Engine) -> type[Lives]:
    return type("LivesHere", (Lives,), {"engine": engine})


def test_rows_and_model_agree_whatever_happens(machine: type[Lives]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
