"""The environment of every child: what it needs, and nothing of what the user's shell happens to hold."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from deploy.local.memory import METRICS, Memory
from deploy.local.places import Places
from deploy.local.ports import LOOPBACK
from deploy.local.providers import KEYS, provider_environment

INHERITED = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TMPDIR", "TZ")
NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
"""The way to the internet. Both spellings are kept; addresses of this machine never go through a proxy."""

TUNING = ("LOG_LEVEL", "WORKER_SLOTS", "SANDBOX_LATENCY", "SANDBOX_FAULTS", "CORS_ORIGINS")
DOTENV_PORTS = {"API_PORT": "api", "FLOWER_PORT": "flower"}
DOTENV = frozenset({*KEYS, *TUNING, *DOTENV_PORTS})
"""What `make up` takes from `.env`. It has servers of its own, so addresses of others there are left alone."""

BUCKET = "parlance"
FLOWER_TASKS = 10_000  # tasks that Flower remembers, the latest; by default ten times as many
FLOWER_FORGETS_WORKERS = 3600  # seconds after which Flower forgets a worker that has gone: each restart has a new name
SLOTS = 8
"""Steps that a worker performs at once. Here the sandbox speaks and listens with this machine's own processors: with
the 64 of a worker that waits for real providers, a batch would leave a learner no time on them."""
WORKER_GRACE = 10  # seconds for a step under way when the stack stops; what is unfinished is given back

ALWAYS = {
    "PYTHONUNBUFFERED": "1",
    # The object store's SDK would read the user's own profiles and ask the cloud it may run in.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def read_dotenv(path: Path) -> dict[str, str]:
    """The variables of the file at `path` that `make up` knows and that are not empty; {} if there is no file."""
    found = dotenv_values(path, interpolate=False) if path.is_file() else {}
    return {name: value.strip() for name, value in found.items() if name in DOTENV and value and value.strip()}


def keys_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The provider variables of a shell's environment, for a demo that was asked to be real."""
    return {name: environ[name].strip() for name in KEYS if environ.get(name, "").strip()}


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """What every child keeps of our environment."""
    kept = {name: environ[name] for name in INHERITED if name in environ}
    for name in NETWORK:
        kept |= {spelling: environ[spelling] for spelling in (name, name.lower()) if spelling in environ}
    here = f"{LOOPBACK},localhost,::1"
    beyond = kept.get("no_proxy") or kept.get("NO_PROXY")
    no_proxy = f"{beyond},{here}" if beyond else here
    return kept | {"NO_PROXY": no_proxy, "no_proxy": no_proxy} | ALWAYS


def service_environment(
    service: str,
    *,
    base: Mapping[str, str],
    given: Mapping[str, str],
    memory: Memory,
    database_url: str,
    redis_url: str,
) -> dict[str, str]:
    """The environment of one of our services; of the providers' keys it sees only that of its own provider."""
    sandbox_url = f"http://{LOOPBACK}:{memory.ports['sandbox']}"
    return {
        **base,
        "WORKER_SLOTS": str(SLOTS),
        **{name: given[name] for name in ("LOG_LEVEL", "WORKER_SLOTS", "CORS_ORIGINS") if name in given},
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "S3_ENDPOINT_URL": f"{sandbox_url}/s3",
        "S3_BUCKET": BUCKET,
        "S3_ACCESS_KEY_ID": memory.s3_access_key,
        "S3_SECRET_ACCESS_KEY": memory.s3_secret_key,
        "WORKER_GRACE_S": str(WORKER_GRACE),
        "API_MODE": "development",
        **({"TOKEN_KEYS": memory.token_keys} if service == "api" else {}),
        "API_HOST": LOOPBACK,
        "API_PORT": str(memory.ports["api"]),
        **({"METRICS_HOST": LOOPBACK, "METRICS_PORT": str(memory.ports[service])} if service in METRICS else {}),
        **provider_environment(given, sandbox_url, service),
    }


def sandbox_environment(
    places: Places, *, base: Mapping[str, str], given: Mapping[str, str], memory: Memory
) -> dict[str, str]:
    """The environment of the sandbox."""
    return {
        **base,
        **{name: given[name] for name in ("SANDBOX_LATENCY", "SANDBOX_FAULTS") if name in given},
        "SANDBOX_HOST": LOOPBACK,
        "SANDBOX_PORT": str(memory.ports["sandbox"]),
        "SANDBOX_DATA": str(places.home),
        "SANDBOX_S3_ACCESS_KEY_ID": memory.s3_access_key,
        "SANDBOX_S3_SECRET_ACCESS_KEY": memory.s3_secret_key,
    }


def flower_environment(*, base: Mapping[str, str], memory: Memory, redis_url: str) -> dict[str, str]:
    """The environment of Flower; its settings are here and not on the command line, which every user can read.

    It looks and changes nothing: operators act through `/api/admin`, which knows what a row is. What it remembers is
    bounded, and gone when it ends: the rows are the history.
    """
    return {
        **base,
        "CELERY_BROKER_URL": redis_url,
        "FLOWER_ADDRESS": LOOPBACK,
        "FLOWER_PORT": str(memory.ports["flower"]),
        "FLOWER_BASIC_AUTH": f"parlance:{memory.flower_password}",
        "FLOWER_READ_ONLY": "true",
        "FLOWER_MAX_TASKS": str(FLOWER_TASKS),
        "FLOWER_PURGE_OFFLINE_WORKERS": str(FLOWER_FORGETS_WORKERS),
        "FLOWER_TASKS_COLUMNS": "name,state,args,result,exception,received,runtime,worker",
    }
