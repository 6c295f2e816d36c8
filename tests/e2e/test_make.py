"""The Makefile: which variables count, what survives on the way to Python, which interpreter is taken."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.local.state import CHECKOUT
from tests.support.stack import COMMAND

PROBE = """
probe:
\t@exec {python} -c 'import json, os; print(json.dumps(dict(os.environ)))'
"""
BARE = {"PATH": os.environ["PATH"]}


def make(*arguments: str, env: Mapping[str, str] = BARE, folder: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  tests run what they wrote themselves
        ["make", *arguments],  # noqa: S607  whichever make the PATH has
        cwd=folder,
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def probe(tmp_path: Path) -> list[str]:
    """Arguments that let make print the environment of a recipe."""
    file = tmp_path / "probe.mk"
    file.write_text(PROBE.format(python=sys.executable))
    return ["-f", "Makefile", "-f", str(file), "probe"]


def recipe_environment(probe: list[str], *given: str, env: Mapping[str, str] = BARE) -> dict[str, str]:
    done = make(*probe, *given, env=env)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", ["TEXT", "URL", "TOPIC", "LANGUAGE", "LEVEL", "NATIVE", "REAL", "MAX_COST"])
def test_a_variable_of_the_command_line_counts(probe: list[str], name: str) -> None:
    assert recipe_environment(probe, f"{name}=given")[f"PARLANCE_DEMO_{name}"] == "given"


@pytest.mark.parametrize("flags", [[], ["-e"]])
def test_variables_of_the_shell_do_not_count(probe: list[str], flags: list[str]) -> None:
    names = ("TEXT", "URL", "TOPIC", "LANGUAGE", "LEVEL", "NATIVE", "REAL", "MAX_COST")
    shell = BARE | dict.fromkeys(names, "1") | {"LANGUAGE": "en_US:en"}
    found = recipe_environment([*flags, *probe], env=shell)
    assert {found[f"PARLANCE_DEMO_{name}"] for name in names} == {""}


def test_what_the_shell_sets_for_python_is_overruled(probe: list[str]) -> None:
    shell = BARE | {
        "PARLANCE_DEMO_REAL": "1",
        "PARLANCE_DEMO_MAX_COST": "1000",
        "PYTHONPATH": "/x",
        "VIRTUAL_ENV": "/y",
    }
    found = recipe_environment(probe, env=shell)
    assert (found["PARLANCE_DEMO_REAL"], found["PARLANCE_DEMO_MAX_COST"]) == ("", "")
    assert "PYTHONPATH" not in found
    assert "VIRTUAL_ENV" not in found


@pytest.mark.parametrize(
    "topic",
    [
        "Ein Tag am Meer",
        "l'été à l'\"Étoile\"",
        "costs $5 or $(shell echo five) or ${HOME} or `id`",
        "100 % sure; really? #1 & more | less \\ back",
        "市場での一日 🍎",
        "a=b, (c), 'd'",
    ],
)
def test_any_text_survives_the_way_to_python(probe: list[str], topic: str) -> None:
    assert recipe_environment(probe, f"TOPIC={topic}")["PARLANCE_DEMO_TOPIC"] == topic


def test_a_value_is_never_run_as_make_code(probe: list[str], tmp_path: Path) -> None:
    found = recipe_environment(probe, f"TOPIC=$(shell touch {tmp_path}/run)", f"LANGUAGE=$(shell touch {tmp_path}/run)")
    assert not (tmp_path / "run").exists()
    assert "TOPIC" not in found
    assert "LANGUAGE" not in found


def test_help_names_every_command() -> None:
    shown = make().stdout
    wanted = (
        "help install demo up down clean test check lint types imports unit integration e2e chaos mutants bench "
        "migrate migration openapi lock logs seed"
    )
    listed = {line.split()[1] for line in shown.splitlines() if line.startswith("  make ")}
    assert listed == set(wanted.split())


def stand_in(folder: Path, name: str, script: str) -> None:
    """An executable of that name that runs the shell `script`."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def found_python(path: Path, checkout: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Which interpreter the installer takes, with only `path` to look in and no virtual environment."""
    (checkout / "deploy" / "local").mkdir(parents=True, exist_ok=True)
    script = checkout / "deploy" / "local" / "install.sh"
    script.write_text((CHECKOUT / "deploy" / "local" / "install.sh").read_text())
    return subprocess.run(  # noqa: S603  our own script
        ["/bin/sh", str(script), "--python"],
        env={"PATH": str(path), **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for the PATH that has the few standard tools and no Python yet."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "cat", "cmp", "mv", "uname"):
        place = next(Path(part) / name for part in ("/usr/bin", "/bin") if (Path(part) / name).exists())
        (folder / name).symlink_to(place)
    return folder


REAL_PYTHON = f'exec {sys.executable} "$@"'
FAILING_SHIM = 'echo "no such version" >&2; exit 127'
TOO_OLD = "exit 1"


def test_the_first_interpreter_that_really_runs_is_taken(tools: Path, tmp_path: Path) -> None:
    stand_in(tools, "python3.13", FAILING_SHIM)
    stand_in(tools, "python3.12", REAL_PYTHON)
    stand_in(tools, "python3", REAL_PYTHON)
    assert found_python(tools, tmp_path / "checkout").stdout == f"{tools / 'python3.12'}\n"


def test_plain_python3_is_taken_last(tools: Path, tmp_path: Path) -> None:
    stand_in(tools, "python3", REAL_PYTHON)
    assert found_python(tools, tmp_path / "checkout").stdout == f"{tools / 'python3'}\n"


def test_without_a_python_that_is_new_enough_the_sentence_says_what_to_install(tools: Path, tmp_path: Path) -> None:
    stand_in(tools, "python3", TOO_OLD)
    refused = found_python(tools, tmp_path / "checkout")
    assert refused.returncode == 1
    assert "needs Python 3.11 or later" in refused.stderr
    assert "apt install" in refused.stderr


def test_an_interpreter_that_was_asked_for_must_work(tools: Path, tmp_path: Path) -> None:
    stand_in(tools, "python3", REAL_PYTHON)
    refused = found_python(tools, tmp_path / "checkout", PARLANCE_PYTHON="/no/such/python")
    assert refused.returncode == 1
    assert "PYTHON=/no/such/python is no Python 3.11 or later" in refused.stderr


def test_without_ensurepip_the_sentence_names_the_package(tools: Path, tmp_path: Path) -> None:
    stand_in(tools, "python3.12", f'case "$2" in *ensurepip*) exit 1;; esac\n{REAL_PYTHON}')
    checkout = tmp_path / "checkout"
    found_python(tools, checkout)
    refused = subprocess.run(  # noqa: S603  our own script
        ["/bin/sh", str(checkout / "deploy" / "local" / "install.sh"), "local"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt install python{version}-venv" in refused.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(("command", "words"), [("down", "Nothing runs.\n"), ("clean", "")])
def test_down_and_clean_work_where_no_package_is_installed(tmp_path: Path, command: str, words: str) -> None:
    done = subprocess.run(  # noqa: S603  tests run what they wrote themselves
        [sys.executable, "-S", "-c", COMMAND, command, str(tmp_path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, words, "")
