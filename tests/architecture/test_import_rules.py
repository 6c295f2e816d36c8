"""The import rules of `pyproject.toml` hold, and each of them fails when it is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("services", "shared", "deploy", "migrations")

BROKEN = {
    "services use shared, never the reverse": ("shared/jobs/kinds.py", "import services.dispatcher.relay"),
    "services meet at a table": ("services/tts/steps.py", "import services.nlp.settings"),
    "shared is layered": ("shared/jobs/store.py", "import shared.queue.publisher"),
    "the engine's decisions are pure": ("shared/jobs/model.py", "import psycopg"),
    "one file knows Anthropic": ("services/api/app.py", "import anthropic"),
    "one file knows Gemini": ("services/tts/steps.py", "from google import genai"),
    "one file knows DeepL": ("services/nlp/steps.py", "import deepl"),
    "one file knows Deepgram": ("services/stt/steps.py", "import deepgram"),
    "one file knows the object store": ("services/tts/tasks.py", "import boto3"),
    "a step knows its ports": ("services/stt/steps.py", "import shared.db.session"),
    "Litestar serves the API and the sandbox": ("services/dispatcher/app.py", "import litestar"),
    "the command line speaks HTTP and nothing else": ("services/cli/shell.py", "import psycopg"),
    "the sandbox imports nothing of ours": ("services/sandbox/app.py", "import shared.languages"),
    "SQLAlchemy is for tables and migrations": ("shared/articles/store.py", "import sqlalchemy"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own tool
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )


def copied(folder: Path) -> None:
    """The packages' sources and the rules."""
    ignored = shutil.ignore_patterns("__pycache__", "texts", "*.sql", "*.json", "*.html", "*.css", "*.js")
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, folder / package, ignore=ignored)
    shutil.copy(CHECKOUT / "pyproject.toml", folder)


def broken_copy(folder: Path) -> None:
    """The packages with every rule broken in one place."""
    copied(folder)
    for path, line in BROKEN.values():
        with (folder / path).open("a") as file:
            file.write(f"\n{line}\n")


def test_the_rules_hold() -> None:
    answer = lint(CHECKOUT)
    assert answer.returncode == 0, answer.stdout


def test_each_rule_fails_where_it_is_broken(tmp_path: Path) -> None:
    broken_copy(tmp_path)
    answer = lint(tmp_path)
    assert answer.returncode == 1
    verdicts, _, report = answer.stdout.partition("Broken contracts")
    for rule, (path, _) in BROKEN.items():
        assert any(line.startswith(rule) and " BROKEN" in line for line in verdicts.splitlines()), rule
        section = report.split(f"\n{rule}")[1].split("\n---", 2)[1:]
        assert path.removesuffix(".py").split("/")[-1] in "".join(section), rule


def test_a_child_of_shared_without_a_place_fails(tmp_path: Path) -> None:
    copied(tmp_path)
    (tmp_path / "shared" / "drawer.py").touch()
    answer = lint(tmp_path)
    assert answer.returncode == 1
    assert "drawer" in answer.stdout


def test_every_rule_is_broken_once() -> None:
    rules = [
        text.split('"')[1]
        for text in (CHECKOUT / "pyproject.toml").read_text().splitlines()
        if text.startswith('name = "')
    ]
    contracts = [rule for rule in rules if rule != "parlance"]
    assert [rule for rule in contracts if not any(rule.startswith(broken) for broken in BROKEN)] == []
