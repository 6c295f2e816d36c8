"""The command line on the real stack: an article watched, a batch that survives its client, a learner who overtakes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from deploy.local.stack import RunningStack
from deploy.local.state import CHECKOUT
from tests.support.processes import eventually, start

PASSWORD = "long enough for a learner"
PATIENCE = 90.0  # seconds for a whole article on a busy machine


@pytest.fixture(name="environment")
def _environment(stack: RunningStack, tmp_path: Path) -> dict[str, str]:
    """What the command line sees: the stack, and folders of its own."""
    folders = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "state")}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | folders | {"PARLANCE_URL": stack.api_url, "PARLANCE_API_KEY": stack.api_key, "LANG": "C.UTF-8"}


@pytest.fixture(name="client")
def _client(stack: RunningStack) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    with httpx.Client(base_url=stack.api_url, headers=headers, timeout=PATIENCE) as client:
        yield client


def parlance(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "services.cli", *arguments]


def run(environment: dict[str, str], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  tests run what they wrote themselves
        parlance(*arguments),
        input=given,
        env=environment,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def rows(path: Path, count: int) -> Path:
    lines = [f"de,A2,Ein Samstag auf dem Markt {number}" for number in range(count)]
    path.write_text("\n".join(["language,level,topic", *lines]) + "\n", encoding="utf-8")
    return path


def batches(client: httpx.Client, name: str) -> list[dict[str, Any]]:
    page = client.get("/api/generation/batches", params={"page_size": 100}).json()
    return [batch for batch in page["items"] if batch["name"] == name]


def test_an_article_is_watched_to_its_end_and_becomes_a_page(environment: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "article.html"
    ended = run(
        environment, "article", "Ein Samstag auf dem Markt", "--language", "de", "--level", "A2", "--native", "en",
        "--json", "--out", str(page),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["status"] == "succeeded"
    assert "generation.write_text" in ended.stderr
    assert "Samstag auf dem Markt" in page.read_text(encoding="utf-8")


def test_a_batch_whose_client_is_killed_goes_on_and_is_not_ordered_twice(
    environment: dict[str, str], client: httpx.Client, tmp_path: Path
) -> None:
    command = ("batch", str(rows(tmp_path / "orders.csv", 200)), "--name", "killed", "--no-narrate")
    state = tmp_path / "state" / "parlance" / "batches"
    first = start(*parlance(*command, "--watch"), env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
    try:
        # In the middle: what it wants to send is on disk, the answer is there or not.
        assert eventually(lambda: any(state.glob("*.json")))
    finally:
        first.kill()
        first.wait()
    second = run(environment, *command)
    assert second.returncode == 0, second.stderr
    assert "goes on" in second.stderr
    (batch,) = batches(client, "killed")
    try:
        assert batch["counts"]["total"] == 200
        assert second.stdout.split() == [batch["id"]]
        third = run(environment, *command, "--json")
        assert [made["id"] for made in json.loads(third.stdout)["batches"]] == [batch["id"]]
        assert len(batches(client, "killed")) == 1
    finally:
        client.post(f"/api/generation/batches/{batch['id']}/cancel")


def test_a_learner_overtakes_a_batch_of_a_thousand(
    environment: dict[str, str], client: httpx.Client, tmp_path: Path
) -> None:
    sent = run(environment, "batch", str(rows(tmp_path / "thousand.csv", 1000)), "--name", "thousand")
    assert sent.returncode == 0, sent.stderr
    learner = {name: value for name, value in environment.items() if name != "PARLANCE_API_KEY"}
    learner["XDG_CONFIG_HOME"] = str(tmp_path / "learner")
    try:
        made = run(
            learner, "register", "--email", "learner@example.org", "--name", "Lea", "--password-stdin", given=PASSWORD
        )
        assert made.returncode == 0, made.stderr
        article = run(
            learner, "article", "Am See", "--language", "de", "--level", "A1", "--native", "en", "--watch", "--json"
        )
        assert article.returncode == 0, article.stderr
        assert msgspec.json.decode(article.stdout)["status"] == "succeeded"
        counts = client.get(f"/api/generation/batches/{sent.stdout.strip()}").json()["counts"]
        assert counts["queued"] > 500, f"first come, first served would leave none: {counts}"
        profile = tmp_path / "learner" / "parlance" / "profile.json"
        assert profile.stat().st_mode & 0o777 == 0o600
        out = run(learner, "logout", "--password-stdin", given=PASSWORD)
        assert out.returncode == 0, out.stderr
        assert not profile.exists()
    finally:
        client.post(f"/api/generation/batches/{sent.stdout.strip()}/cancel")
