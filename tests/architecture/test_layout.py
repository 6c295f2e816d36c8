"""What import-linter does not see: who reads the environment, what migrations import, who uses what is shared."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

CHECKOUT = Path(__file__).parents[2]
MAY_READ_THE_ENVIRONMENT = re.compile(
    r"services/\w+/app\.py|services/api/keys\.py|services/api/(accounts|catalogue)/__main__\.py|migrations/run\.py|deploy/local/(__main__|bucket|draft_migration|flower)\.py"
)
DRAWERS = {"utils.py", "helpers.py", "common.py", "misc.py", "service.py", "services.py"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (CHECKOUT / folder).rglob("*.py")


def name(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def imports(text: str) -> set[str]:
    """Every module that the source imports, whole names."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def reads_the_environment(text: str) -> bool:
    """True if the source touches `os.environ` or `os.getenv`."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        for node in ast.walk(ast.parse(text))
    )


def test_only_the_composition_roots_read_the_environment() -> None:
    readers = {
        name(path)
        for path in sources("services", "shared", "deploy", "migrations")
        if reads_the_environment(path.read_text())
    }
    assert sorted(reader for reader in readers if not MAY_READ_THE_ENVIRONMENT.fullmatch(reader)) == []


@pytest.mark.parametrize("text", ["import os\nos.environ['X']", "import os\nos.getenv('X')"])
def test_a_reader_of_the_environment_is_seen(text: str) -> None:
    assert reads_the_environment(text)


def test_migrations_import_alembic_and_sqlalchemy_only() -> None:
    versions = list(sources("migrations/versions"))
    assert versions
    for path in versions:
        assert {module.split(".")[0] for module in imports(path.read_text())} <= {"alembic", "sqlalchemy"}, name(path)


def test_what_is_shared_is_used_by_at_least_two_services() -> None:
    children = {path.stem for path in (CHECKOUT / "shared").iterdir() if path.suffix == ".py" or path.is_dir()}
    users: dict[str, set[str]] = {child: set() for child in children - {"__init__", "__pycache__"}}
    for path in sources("services", "deploy"):
        room = name(path).split("/")[1]
        for module in imports(path.read_text()):
            parts = module.split(".")
            if parts[0] == "shared" and len(parts) > 1 and parts[1] in users:
                users[parts[1]].add(room)
    through_others = {"ledger", "parent"}  # every worker uses them by way of shared.queue
    assert {child for child, rooms in users.items() if len(rooms) < 2} <= through_others


def test_no_drawer_collects_what_has_no_name() -> None:
    assert [name(path) for path in sources("services", "shared", "deploy", "tests") if path.name in DRAWERS] == []


def test_no_source_file_is_too_large_to_read() -> None:
    limit = 310  # lines
    large = {name(path): len(path.read_text().splitlines()) for path in sources("services", "shared", "deploy")}
    assert {path: lines for path, lines in large.items() if lines > limit} == {}


def test_nothing_committed_names_a_registry_or_a_path_of_a_machine() -> None:
    """Lock files carry hashes, never addresses; and no test or page knows where somebody's checkout was."""
    suspicious = re.compile(r"files\.pythonhosted|pypi\.org|registry\.npmjs|/root/|/home/\w+/")
    files = [
        *(CHECKOUT / "requirements").iterdir(),
        CHECKOUT / "Makefile",
        *sources("services", "shared", "deploy", "migrations"),
    ]
    assert [name(path) for path in files if suspicious.search(path.read_text())] == []


def test_the_pinned_uv_builds_the_command_itself() -> None:
    """Outside of what `build-system` asks for, uv would download a builder, without a hash."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    (wanted,) = project["build-system"]["requires"]
    pinned = re.search(r"^uv==(\S+)", (CHECKOUT / "requirements" / "uv.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    requirement = Requirement(wanted)
    assert requirement.name == "uv_build"
    assert pinned[1] in requirement.specifier
