"""Reading settings from a mapping: what is missing or wrong stops the process with a sentence that names it."""

import sys
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec


class SettingsError(ValueError):
    """A setting is missing or cannot be used."""


def required(env: Mapping[str, str], name: str, meaning: str) -> str:
    """The value of `name`.

    Raises:
        SettingsError: It is missing or empty; the sentence says what `meaning` it has.
    """
    value = env.get(name, "").strip()
    if not value:
        message = f"{name} is not set: {meaning}."
        raise SettingsError(message)
    return value


def whole_number(env: Mapping[str, str], name: str, default: int, *, least: int = 1, most: int = 1_000_000) -> int:
    """The value of `name` as a whole number from `least` to `most`, or `default` if it is not set."""
    value = env.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        message = f"{name} must be a whole number from {least} to {most}, not {value!r}."
        raise SettingsError(message)
    return int(value)


def address(env: Mapping[str, str], name: str, meaning: str, *, schemes: tuple[str, ...]) -> str:
    """The value of `name` as a URL with one of `schemes` and a host."""
    value = required(env, name, meaning)
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname:
        message = f"{name} must be an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}."
        raise SettingsError(message)
    return value


def database_url(env: Mapping[str, str]) -> str:
    """`DATABASE_URL`."""
    return address(env, "DATABASE_URL", "the Postgres database", schemes=("postgresql",))


def redis_url(env: Mapping[str, str]) -> str:
    """`REDIS_URL`."""
    return address(env, "REDIS_URL", "the Redis that carries wake-ups", schemes=("redis", "rediss"))


def log_level(env: Mapping[str, str]) -> str:
    """`LOG_LEVEL` in capitals, `INFO` if it is not set."""
    level = (env.get("LOG_LEVEL") or "INFO").upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        message = f"LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {level!r}."
        raise SettingsError(message)
    return level


def run_plainly(
    main: Callable[[Mapping[str, str], Sequence[str]], int], env: Mapping[str, str], arguments: Sequence[str]
) -> int:
    """Run a process's `main` and return its exit code; bad settings are one sentence on standard error and code 2."""
    try:
        return main(env, arguments)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2


SANDBOX_KEY = "sandbox"
"""The key with which a provider's SDK talks to the sandbox."""


class BlobSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where objects are kept. `public_endpoint` is what clients reach, if it differs."""

    endpoint: str
    public_endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "BlobSettings":
        """Read `S3_*`."""
        endpoint = address(env, "S3_ENDPOINT_URL", "the address of the object store", schemes=("http", "https"))
        return cls(
            endpoint=endpoint,
            public_endpoint=env.get("S3_PUBLIC_ENDPOINT_URL") or endpoint,
            bucket=required(env, "S3_BUCKET", "the bucket for audio and provider answers"),
            access_key=required(env, "S3_ACCESS_KEY_ID", "the object store's access key"),
            secret_key=required(env, "S3_SECRET_ACCESS_KEY", "the object store's secret key"),
            region=env.get("S3_REGION") or "us-east-1",
        )


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One provider's key, address and model. The key `sandbox` says that the address is the sandbox's."""

    api_key: str
    base_url: str | None
    model: str

    @property
    def sandbox(self) -> bool:
        """True if no real provider is called and no money is spent."""
        return self.api_key == SANDBOX_KEY

    @classmethod
    def from_env(cls, env: Mapping[str, str], prefix: str, *, model: str) -> "ProviderSettings":
        """Read `<PREFIX>_API_KEY`, `<PREFIX>_BASE_URL` (optional) and `<PREFIX>_MODEL` (default `model`).

        Raises:
            SettingsError: No key, or the sandbox's key without an address.
        """
        api_key = required(env, f"{prefix}_API_KEY", "the provider's key")
        base_url = env.get(f"{prefix}_BASE_URL") or None
        if base_url is not None or api_key == SANDBOX_KEY:
            base_url = address(env, f"{prefix}_BASE_URL", "the provider's address", schemes=("http", "https"))
        return cls(api_key=api_key, base_url=base_url, model=env.get(f"{prefix}_MODEL") or model)


class CoreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every process of ours needs."""

    database_url: str
    redis_url: str
    blobs: BlobSettings
    log_level: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "CoreSettings":
        """Read `DATABASE_URL`, `REDIS_URL`, `S3_*` and `LOG_LEVEL`."""
        return cls(
            database_url=database_url(env),
            redis_url=redis_url(env),
            blobs=BlobSettings.from_env(env),
            log_level=log_level(env),
        )


class MetricsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a process that serves nothing else shows its metrics; nowhere without a port."""

    host: str = "127.0.0.1"
    port: int = 0

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "MetricsSettings":
        """Read `METRICS_HOST` (default 127.0.0.1) and `METRICS_PORT` (unset or 0: nowhere)."""
        return cls(
            host=env.get("METRICS_HOST") or "127.0.0.1",
            port=whole_number(env, "METRICS_PORT", 0, least=0, most=65535),
        )


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every worker needs."""

    core: CoreSettings
    slots: int
    """Steps performed at once, one thread each."""
    grace_s: float
    """Seconds between SIGTERM and the moment the process is gone; what is unfinished 5 s before is given back."""
    metrics: MetricsSettings = MetricsSettings()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "WorkerSettings":
        """Read `WORKER_SLOTS` (default 64), `WORKER_GRACE_S` (default 30) and what the parts read."""
        return cls(
            core=CoreSettings.from_env(env),
            slots=whole_number(env, "WORKER_SLOTS", 64, most=256),
            grace_s=float(whole_number(env, "WORKER_GRACE_S", 30, least=6, most=3600)),
            metrics=MetricsSettings.from_env(env),
        )
