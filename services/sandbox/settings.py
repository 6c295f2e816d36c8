"""What the sandbox is told when it starts."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from services.sandbox.faults import Fault, FaultError, read_faults

BANK = Path(__file__).parent / "bank"
"""The text bank and the lexicon."""
SLOWEST = 100.0
"""Times as slow as the real providers, at most."""


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the message names it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The sandbox's settings. `data` is the folder for objects and for what is known of spoken audio."""

    host: str
    port: int
    data: Path
    s3_access_key: str
    s3_secret_key: str
    latency: float = 0.0
    """How slow the providers are: 1 as the real ones, 0 not at all."""
    faults: tuple[Fault, ...] = ()
    bank: Path = BANK

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read `SANDBOX_*`.

        Raises:
            SettingsError: One is missing or wrong.
        """
        return cls(
            host=env.get("SANDBOX_HOST") or "127.0.0.1",
            port=_port(env),
            data=Path(_required(env, "SANDBOX_DATA", "the folder where objects are kept")),
            s3_access_key=_required(
                env, "SANDBOX_S3_ACCESS_KEY_ID", "the access key that S3 requests must be signed with"
            ),
            s3_secret_key=_required(env, "SANDBOX_S3_SECRET_ACCESS_KEY", "the secret key of S3 requests"),
            latency=_latency(env),
            faults=_faults(env),
        )


def _required(env: Mapping[str, str], name: str, meaning: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        message = f"{name} is not set: {meaning}."
        raise SettingsError(message)
    return value


def _port(env: Mapping[str, str]) -> int:
    value = _required(env, "SANDBOX_PORT", "the port to listen on")
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 2**16:
        message = f"SANDBOX_PORT must be a port number, not {value!r}."
        raise SettingsError(message)
    return int(value)


def _latency(env: Mapping[str, str]) -> float:
    value = env.get("SANDBOX_LATENCY") or "off"
    try:
        factor = {"off": 0.0, "realistic": 1.0}.get(value)
        factor = float(value) if factor is None else factor
    except ValueError:
        factor = -1.0
    if not 0.0 <= factor <= SLOWEST:
        message = f"SANDBOX_LATENCY must be off, realistic or a multiple of that up to {SLOWEST:g}, not {value!r}."
        raise SettingsError(message)
    return factor


def _faults(env: Mapping[str, str]) -> tuple[Fault, ...]:
    try:
        return read_faults(env.get("SANDBOX_FAULTS") or "[]")
    except FaultError as error:
        message = f"SANDBOX_FAULTS: {error}"
        raise SettingsError(message) from error
