"""`compose.yaml` and the Dockerfile as the tests of `tests/deploy` read them: values filled in, stages followed."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml
from dotenv import dotenv_values

from deploy.local.state import CHECKOUT

VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}")
SECRET = "x" * 40
"""What the tests put in for every line that `example.env` leaves empty."""


class MissingVariableError(Exception):
    """Compose would refuse to start: `${NAME:?...}` without a value."""


def fill_in(value: Any, env: Mapping[str, str]) -> Any:
    """The document with every `${...}` replaced as compose does it.

    Raises:
        MissingVariableError: A required one is missing or empty.
    """
    if isinstance(value, dict):
        return {name: fill_in(part, env) for name, part in value.items()}
    if isinstance(value, list):
        return [fill_in(part, env) for part in value]
    return VARIABLE.sub(lambda found: _value_of(found, env), value) if isinstance(value, str) else value


def _value_of(found: re.Match[str], env: Mapping[str, str]) -> str:
    name, kind, rest = found["name"], found["kind"], found["rest"] or ""
    if name is None:
        return "$"
    given = env.get(name, "")
    if given or kind is None:
        return given
    if kind == ":?":
        raise MissingVariableError(name)
    return rest


def example(checkout: Path = CHECKOUT) -> dict[str, str]:
    """`example.env` with every empty line filled in."""
    found = dotenv_values(checkout / "deploy/docker/example.env", interpolate=False)
    return {name: value or SECRET for name, value in found.items()} | {"TOKEN_KEYS": f"one:{SECRET}"}


def sandbox_env(checkout: Path = CHECKOUT) -> dict[str, str]:
    """`sandbox.env`."""
    found = dotenv_values(checkout / "deploy/docker/sandbox.env", interpolate=False)
    return {name: value or "" for name, value in found.items()}


def raw_compose(checkout: Path = CHECKOUT) -> Any:
    """`compose.yaml` as it is written."""
    return yaml.safe_load((checkout / "compose.yaml").read_text())


def read_compose(env: Mapping[str, str], checkout: Path = CHECKOUT) -> Any:
    """`compose.yaml` with the variables of `env` filled in."""
    return fill_in(raw_compose(checkout), env)


class Stage(msgspec.Struct, frozen=True):
    """A stage of the Dockerfile: where it begins, and its instructions, arguments filled in."""

    base: str
    lines: tuple[tuple[str, str], ...]


def read_stages(args: Mapping[str, str], checkout: Path = CHECKOUT) -> dict[str, Stage]:
    """The Dockerfile's stages by name, `${GROUP}` and the like replaced by `args` or their defaults."""
    text = (checkout / "deploy/docker/Dockerfile").read_text()
    lines = [line for line in re.sub(r"\\\n\s*", "", text).splitlines() if line and not line.startswith("#")]
    first = next(number for number, line in enumerate(lines) if line.startswith("FROM"))
    before = dict(line.removeprefix("ARG ").split("=", 1) for line in lines[:first])
    stages: dict[str, Stage] = {}
    known: dict[str, str] = {}
    for line in lines[first:]:
        word, rest = line.split(" ", 1)
        if word == "FROM":
            base, name = fill_in(rest, before).split(" AS ")
            stages[name], known = Stage(base, ()), {}
        elif word == "ARG":
            # An argument from before the first stage is unknown in a stage that does not ask for it.
            name, _, default = rest.partition("=")
            known[name] = args.get(name, default or before.get(name, ""))
        else:
            name, stage = list(stages.items())[-1]
            stages[name] = Stage(stage.base, (*stage.lines, (word, fill_in(rest, known))))
    return stages


class Image(msgspec.Struct, frozen=True):
    """What an image is made of: our files and folders, lists of packages, the account."""

    copied: frozenset[str]
    packages: frozenset[str]
    user: str
    python: str

    def holds(self, path: str) -> bool:
        """Whether the file at `path`, relative to the checkout, is in it."""
        return any(path == source or path.startswith(source + "/") for source in self.copied)


def read_image(target: str, args: Mapping[str, str], checkout: Path = CHECKOUT) -> Image:
    """The image that `--target` gives."""
    stages = read_stages(args, checkout)
    chain = list(_chain(target, stages))
    instructions = [line for name in chain for line in stages[name].lines]
    from_stages = {rest.split()[0].removeprefix("--from=") for word, rest in instructions if rest.startswith("--from=")}
    lists = {path for name in from_stages for path in _copied(stages[name].lines) if path.endswith(".txt")}
    users = [rest for name in reversed(chain) for word, rest in stages[name].lines if word == "USER"]
    python = stages[chain[-1]].base
    return Image(frozenset(_copied(instructions)), frozenset(lists), users[-1] if users else "root", python)


def _chain(target: str, stages: Mapping[str, Stage]) -> Iterator[str]:
    """The stage, the stage it is made from, and so on."""
    while target in stages:
        yield target
        target = stages[target].base


def _copied(lines: Any) -> Iterator[str]:
    for word, rest in lines:
        parts = shlex.split(rest)
        if word == "COPY" and not parts[0].startswith("--from="):
            yield from parts[:-1]
