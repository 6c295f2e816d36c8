"""What a stack has made up: its ports and passwords. `make up` keeps them, so addresses and keys stay valid."""

import os
import secrets
from pathlib import Path

import msgspec

from deploy.local.ports import chosen_ports

METRICS = ("dispatcher", "generation", "tts", "stt", "nlp")
"""Services whose only port is that of their metrics; the API shows its own beside everything else."""
PORTS = ("postgres", "redis", "sandbox", "api", "flower", *METRICS)
FAVOURITES = {"api": 8000, "flower": 5555}
"""Tried first by a stack that remembers nothing yet: the ports that people expect."""


def new_token_keys() -> str:
    """What the API signs access tokens with: one key of 384 random bits."""
    return f"local:{secrets.token_urlsafe(48)}"


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Ports by server name, and secrets that protect the servers from other users of the machine."""

    ports: dict[str, int]
    redis_password: str
    s3_access_key: str
    s3_secret_key: str
    flower_password: str
    token_keys: str = msgspec.field(default_factory=new_token_keys)
    api_key: str | None = None


def new_memory(preferred: dict[str, int] | None = None) -> Memory:
    """Fresh passwords, and free ports: the `preferred` where nobody listens there."""
    return Memory(
        ports=chosen_ports(list(PORTS), preferred or {}),
        redis_password=secrets.token_urlsafe(18),
        s3_access_key=secrets.token_hex(10),
        s3_secret_key=secrets.token_urlsafe(30),
        flower_password=secrets.token_urlsafe(12),
    )


def remembered(path: Path, preferred: dict[str, int]) -> Memory:
    """What the file at `path` says, or something new; a port that is taken by now is replaced. `preferred` wins."""
    if not path.exists():
        return new_memory(FAVOURITES | preferred)
    old = msgspec.json.decode(path.read_bytes(), type=Memory)
    return msgspec.structs.replace(old, ports=chosen_ports(list(PORTS), old.ports | preferred))


def remember(path: Path, memory: Memory) -> None:
    """Write it to `path`, readable for its owner only, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(memory)) + b"\n")
    draft.replace(path)
