"""Faults on demand: what goes wrong, with which provider, how often. Pure; `fault_gate.py` makes them happen."""

from typing import Literal

import msgspec

Provider = Literal["anthropic", "gemini", "deepl", "deepgram", "s3"]
Kind = Literal[
    "status",
    "latency",
    "dropped",
    "dropped_midway",
    "slow",
    "truncated",
    "refusal",
    "wrong_language",
    "empty_audio",
    "silent_audio",
    "short_audio",
]

KINDS: dict[Provider, frozenset[Kind]] = {
    "anthropic": frozenset(
        {"status", "latency", "dropped", "dropped_midway", "slow", "truncated", "refusal", "wrong_language"}
    ),
    "gemini": frozenset(
        {
            "status",
            "latency",
            "dropped",
            "dropped_midway",
            "slow",
            "truncated",
            "refusal",
            "empty_audio",
            "silent_audio",
            "short_audio",
        }
    ),
    "deepl": frozenset({"status", "latency", "dropped", "dropped_midway", "slow", "truncated", "wrong_language"}),
    "deepgram": frozenset({"status", "latency", "dropped", "dropped_midway", "slow", "truncated"}),
    "s3": frozenset({"status", "latency", "dropped", "dropped_midway", "slow"}),
}
"""What can go wrong where."""


class FaultError(ValueError):
    """A fault that cannot be made to happen; the message says why."""


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong.

    `truncated` is an answer cut off as the provider would cut it: `max_tokens` (Anthropic), half a JSON document
    (the others).
    """

    provider: Provider
    kind: Kind
    status: int | None = None
    """For `status`: 400 to 599."""
    retry_after: float | None = None
    """For `status`: seconds, sent as `Retry-After`."""
    seconds: float = 2.0
    """For `latency` the wait before the answer, for `slow` the wait before each byte."""
    after: int = 0
    """Matching requests that are answered as usual first."""
    count: int = 1
    """Requests that go wrong."""
    always: bool = False
    """Every request goes wrong until the faults are cleared; `count` does not matter."""
    path: str = ""
    """Only requests whose path contains this."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS[self.provider]:
            message = f"{self.provider} has no fault {self.kind!r}, only {', '.join(sorted(KINDS[self.provider]))}."
            raise FaultError(message)
        if self.kind == "status" and not (self.status and 400 <= self.status < 600):  # noqa: PLR2004  HTTP's errors
            message = "A fault of kind 'status' needs a status from 400 to 599."
            raise FaultError(message)
        if self.after < 0 or self.count < 1 or self.seconds < 0 or (self.retry_after or 0) < 0:
            message = "after, seconds and retry_after cannot be negative, and count is at least 1."
            raise FaultError(message)


def read_faults(document: str | bytes) -> tuple[Fault, ...]:
    """Faults from a JSON list, as `SANDBOX_FAULTS` and `POST /admin/faults` give them; one object is a list of one.

    Raises:
        FaultError: It is not JSON, or no such fault exists.
    """
    try:
        found = msgspec.json.decode(document, type=Fault | list[Fault])
    except msgspec.DecodeError as error:
        raise FaultError(str(error)) from error
    return tuple(found) if isinstance(found, list) else (found,)


class _Armed:
    """A fault with what is left of it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.to_pass = fault.after
        self.to_fail = fault.count

    def strikes(self) -> bool:
        """Whether this request is the one; counts it either way."""
        if self.to_pass:
            self.to_pass -= 1
            return False
        if self.fault.always:
            return True
        self.to_fail -= 1
        return self.to_fail >= 0


class FaultBook:
    """The faults that wait for a request, oldest first."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._armed = [_Armed(fault) for fault in faults]

    def add(self, fault: Fault) -> None:
        """Let it happen to the next matching request that no older fault takes."""
        self._armed.append(_Armed(fault))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._armed.clear()

    def waiting(self) -> list[Fault]:
        """What may still happen."""
        return [armed.fault for armed in self._armed if armed.fault.always or armed.to_fail > 0]

    def take(self, provider: str, path: str) -> Fault | None:
        """The fault that strikes a request to `path` of `provider`, if one does."""
        for armed in self._armed:
            if armed.fault.provider == provider and armed.fault.path in path and armed.strikes():
                return armed.fault
        return None
