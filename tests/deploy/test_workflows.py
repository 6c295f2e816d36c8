"""What runs at the forge: it may do little, ends in time, and uses actions pinned by commit."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from jsonschema.validators import validator_for
from packaging.specifiers import SpecifierSet

from deploy.local.state import CHECKOUT
from tests.support.compose import example, read_compose, read_stages

SCHEMAS = files("check_jsonschema") / "builtin_schemas"
WORKFLOWS = sorted((CHECKOUT / ".github/workflows").glob("*.y*ml"))
CI: dict[Any, Any] = yaml.safe_load((CHECKOUT / ".github/workflows/ci.yml").read_text())
ALL = read_compose(example())["services"]


def check(document: Any, schema: str) -> None:
    found = json.loads((SCHEMAS / schema).read_text())
    validator_for(found, default=jsonschema.Draft7Validator)(found).validate(document)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_what_the_forge_understands(path: Path) -> None:
    text = json.loads(json.dumps(yaml.safe_load(path.read_text().replace("\non:", '\n"on":'))))
    check(text, "vendor/github-workflows.json")
    check(text, "custom/github-workflows-require-timeout.json")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_with_the_version_beside_it(path: Path) -> None:
    uses = re.findall(r"uses: *(.+)", path.read_text())
    assert uses
    for use in uses:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read(path: Path) -> None:
    found = yaml.safe_load(path.read_text())
    assert found["permissions"] == {"contents": "read"}
    for job in found["jobs"].values():
        assert "permissions" not in job
        for step in job["steps"]:
            if "actions/checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
    assert "secrets." not in path.read_text()
    assert "pull_request_target" not in path.read_text()


def test_every_python_that_we_support_is_tested_the_floor_first() -> None:
    pythons = CI["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert pythons == ["3.11", "3.12", "3.13"]
    floor = re.search(r'requires-python = "(.+)"', (CHECKOUT / "pyproject.toml").read_text())
    assert floor
    assert pythons[0] in SpecifierSet(floor[1])
    assert "3.10" not in SpecifierSet(floor[1])


def test_what_is_run_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), flags=re.MULTILINE))
    run = "\n".join(step.get("run", "") for job in CI["jobs"].values() for step in job["steps"])
    asked = {word for line in re.findall(r"\bmake ([a-z ]+) PYTHON=", run) for word in line.split()}
    assert asked == {"lint", "types", "imports", "test"}
    assert asked <= targets
    assert set(re.findall(r"deploy/docker/[\w.]+", (CHECKOUT / ".github/workflows/ci.yml").read_text())) <= {
        path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "deploy/docker").iterdir()
    }


def test_every_image_of_ours_is_built_and_tried() -> None:
    built = {entry["name"]: entry for entry in CI["jobs"]["images"]["strategy"]["matrix"]["include"]}
    wanted = {service["image"].split("/")[1].split(":")[0]: service for service in ALL.values() if "build" in service}
    assert built.keys() == wanted.keys()
    for name, service in wanted.items():
        assert built[name]["target"] == service["build"]["target"]
        assert built[name]["target"] in read_stages({"GROUP": name})
        if service["build"]["target"] == "service":
            assert service["build"]["args"] == {"GROUP": name}
            assert built[name]["module"] == service["command"][2]


def test_what_becomes_vulnerable_is_noticed_without_a_change() -> None:
    assert "pip-audit" in json.dumps(CI["jobs"]["audit"])
    assert CI[True]["schedule"]  # YAML reads `on` as true


def test_versions_are_kept_up_to_date() -> None:
    found = json.loads((CHECKOUT / ".github/renovate.json").read_text())
    check(found, "vendor/renovate.json")
    assert {"docker:pinDigests", "helpers:pinGitHubActionDigests"} <= set(found["extends"])


def test_no_failure_is_swallowed_and_every_change_is_tried() -> None:
    assert CI[True].keys() >= {"push", "pull_request"}  # YAML reads `on` as true
    for job in CI["jobs"].values():
        assert "continue-on-error" not in job
        for step in job["steps"]:
            assert "continue-on-error" not in step
            assert "|| true" not in step.get("run", "") or step.get("if") == "failure()"


@pytest.mark.parametrize("needed", ["caddy proxy validate", "check config", "check rules", "up --detach --build"])
def test_the_stack_is_really_started_and_its_files_are_checked_by_their_programs(needed: str) -> None:
    assert any(needed in step.get("run", "") for step in CI["jobs"]["stack"]["steps"])
