"""Every image holds what its process imports, ours and others', and nothing of another service."""

import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import packages_distributions
from typing import Any

import grimp
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.local.state import CHECKOUT
from services.api.catalogue.loading import API, _files
from shared.languages import LANGUAGES
from tests.support.compose import Image, example, read_compose, read_image

ALL: dict[str, dict[str, Any]] = read_compose(example())["services"]
OURS = [name for name, service in ALL.items() if "build" in service]
HIDDEN = {"migrate": ("migrations.env",)}
"""Modules that are run without being imported: Alembic reads its environment as a file."""
PINNED = r"^([A-Za-z0-9_.-]+)==(\S+)"
OUR_PACKAGES = ("services", "shared", "deploy", "migrations")


def image_of(service: str) -> Image:
    build = ALL[service]["build"]
    return read_image(build["target"], build.get("args", {}))


def test_the_nlp_image_can_be_made_with_what_fits_schedulers() -> None:
    build = read_compose(example() | {"NLP_PACKAGES": "nlp-fitting"})["services"]["nlp"]["build"]
    fitting, usual = read_image(build["target"], build["args"]), image_of("nlp")
    (added,) = fitting.packages - usual.packages
    (left,) = usual.packages - fitting.packages
    pinned, without = (set(re.findall(PINNED, (CHECKOUT / path).read_text(), re.MULTILINE)) for path in (added, left))
    assert {name for name, _ in pinned} >= {"torch", "pandas"}
    assert without <= pinned


def test_the_starter_content_is_in_the_image_that_loads_it() -> None:
    files = [path.relative_to(CHECKOUT).as_posix() for path in _files(API)]
    kept_out = [line for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line[:2] == "**"]
    assert len(files) >= 50
    for file in files:
        assert image_of("catalogue").holds(file)
        assert not any(fnmatch(file, rule) for rule in kept_out)


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph(*OUR_PACKAGES, include_external_packages=True, exclude_type_checking_imports=True)


def needed(service: str) -> set[str]:
    """Every module that the process imports, of others only the package's name."""
    roots = [ALL[service]["command"][2], *HIDDEN.get(service, ())]
    if roots[0] not in imports().modules:
        return set()
    found = {module for root in roots for module in (*imports().find_upstream_modules(root), root)}
    return {above for module in found for above in (module, *packages_of(module))}


def packages_of(module: str) -> list[str]:
    """The packages that the module lies in: their `__init__.py` run first."""
    return [module[: dot.start()] for dot in re.finditer(r"\.", module)]


def path_of(module: str) -> str:
    path = module.replace(".", "/")
    return f"{path}/__init__.py" if (CHECKOUT / path).is_dir() else f"{path}.py"


def is_ours(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in OUR_PACKAGES


@pytest.mark.parametrize("service", OURS)
def test_an_image_holds_the_code_that_its_process_imports(service: str) -> None:
    image = image_of(service)
    assert sorted(module for module in needed(service) if is_ours(module) and not image.holds(path_of(module))) == []


@pytest.mark.parametrize("service", OURS)
def test_an_image_holds_no_code_that_its_process_does_not_import(service: str) -> None:
    shared_by = [other for other in OURS if ALL[other]["image"] == ALL[service]["image"]]
    used = {path_of(module) for other in shared_by for module in needed(other)}
    for source in image_of(service).copied - {"deploy/docker/healthy.py"}:
        assert any(path == source or path.startswith(source + "/") for path in used), source


@pytest.mark.parametrize("service", OURS)
def test_an_image_holds_the_packages_that_its_process_imports(service: str) -> None:
    pinned = {
        canonicalize_name(name)
        for path in image_of(service).packages
        for name in re.findall(r"^([A-Za-z0-9_.-]+)==", (CHECKOUT / path).read_text(), flags=re.MULTILINE)
    }
    assert pinned
    known = packages_distributions()
    foreign = {module.split(".")[0] for module in needed(service) if not is_ours(module)}
    missing = {
        name for name in foreign & known.keys() if not {canonicalize_name(found) for found in known[name]} & pinned
    }
    assert missing == set()


@pytest.mark.parametrize("service", OURS)
def test_an_image_installs_one_group_and_nothing_that_is_not_pinned(service: str) -> None:
    (group,) = {path for path in image_of(service).packages if path.startswith("requirements/")}
    name = group.removeprefix("requirements/").removesuffix(".txt")
    groups = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert name in groups
    assert (CHECKOUT / group).exists()
    assert name not in {"dev", "local"}


@pytest.mark.parametrize("service", OURS)
def test_a_group_pins_every_package_that_it_asks_for(service: str) -> None:
    """Also of those that share a name to import, as `google`."""
    (path,) = {path for path in image_of(service).packages if path.startswith("requirements/")}
    groups = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    asked = [Requirement(line) for line in groups[path.removeprefix("requirements/").removesuffix(".txt")]]
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)==", (CHECKOUT / path).read_text(), flags=re.MULTILINE)
    names = {canonicalize_name(line.name) for line in asked} - {"parlance"}
    assert names <= {canonicalize_name(name) for name in pinned}


def test_packages_are_installed_by_hash_and_never_built() -> None:
    text = re.sub(r"\\\n\s*", "", (CHECKOUT / "deploy/docker/Dockerfile").read_text())
    installs = re.findall(r"pip install ((?:(?!&&|\n).)*)", text)
    assert len(installs) == 7
    for install in installs:
        assert "--no-build" in install or "--only-binary :all:" in install
        assert "--require-hashes" in install or "pipelines.txt" in install
    assert not re.search(r"apt-get|build-essential|gcc", text)


@pytest.mark.parametrize("service", OURS)
def test_an_image_runs_as_nobody_in_particular(service: str) -> None:
    user = image_of(service).user
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)


@pytest.mark.parametrize("service", OURS)
def test_the_builder_is_sent_what_is_copied(service: str) -> None:
    image = image_of(service)
    let_in = [line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for source in image.copied | image.packages:
        assert (CHECKOUT / source).exists(), source
        assert any(source == rule or source.startswith(rule + "/") or fnmatch(source, rule) for rule in let_in), source


def test_the_builder_is_sent_nothing_else() -> None:
    lines = [line for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    assert {line[1:].split("/")[0] for line in lines if line.startswith("!")} == {*OUR_PACKAGES, "requirements"}
    assert not any(fnmatch(".env", line[1:]) for line in lines if line.startswith("!"))
    sources = {source for service in OURS for source in image_of(service).copied | image_of(service).packages}
    for rule in (line[1:] for line in lines if line.startswith("!")):
        assert rule == "services" or any(fnmatch(source, rule) for source in sources), rule
    assert {"**/__pycache__", "**/*.pyc"} <= set(lines[-2:])


def test_images_have_a_python_that_the_tests_run_on() -> None:
    workflow = yaml.safe_load((CHECKOUT / ".github/workflows/ci.yml").read_text())
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    for service in OURS:
        found = re.fullmatch(r"python:(3\.\d+)\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", image_of(service).python)
        assert found
        assert found[1] in tested


NOT_FOR_EVERYBODY = {"it_core_news_md"}  # its licence forbids commercial use


def test_nlp_has_the_pipeline_of_every_language_for_its_spacy() -> None:
    lines = [
        Requirement(line)
        for line in (CHECKOUT / "deploy/docker/pipelines.txt").read_text().splitlines()
        if not line.startswith("#")
    ]
    ours = {language.spacy_pipeline for language in LANGUAGES.values()}
    assert {line.name for line in lines} == ours - NOT_FOR_EVERYBODY
    spacy = re.search(r"^spacy==(\d+\.\d+)\.", (CHECKOUT / "requirements/nlp.txt").read_text(), flags=re.MULTILINE)
    assert spacy
    for line in lines:
        release = rf"{line.name}-{re.escape(spacy[1])}\.\d+"
        assert re.fullmatch(
            rf"https://github\.com/explosion/spacy-models/releases/download/({release})/\1-py3-none-any\.whl(#sha256=\w{{64}})?",
            str(line.url),
        )
    assert "deploy/docker/pipelines.txt" in image_of("nlp").packages
