"""No secret and no text leaves through a log, a metric, Flower or a job's messages, also when things go wrong."""

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.memory import Memory, new_memory
from deploy.local.providers import PROVIDERS
from deploy.local.stack import SERVICES, RunningStack
from tests.support.processes import eventually
from tests.support.stack import embedded_stack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc for the secrets of processes")

PATIENCE = 120.0  # seconds for a job whose worker dies, on a busy machine
SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|AUTH")
ORDER = {"language": "de", "native_language": "en", "level": "A2"}
TOPIC, SOURCE, HEADER, BODY, QUERY, EMAIL, PASSWORD = (
    f"canary{word}{number}xq" for number, word in enumerate(("topic", "text", "key", "body", "query", "mail", "pass"))
)
SENTENCE = f"Der kleine {SOURCE} geht heute mit seiner Freundin auf den Markt und kauft frisches Obst. "
REQUEST_ID = "canary-test-request"


class Scene(msgspec.Struct, frozen=True):
    """A stack on which everything has happened that might tell too much."""

    stack: RunningStack
    job: dict[str, Any]
    secrets: dict[str, str]
    texts: dict[str, str]
    outputs: dict[str, str]
    """All that was said, by who said it."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The stack with `DEBUG` logs and keys that look real, after a few good and many bad moments."""
    memory = new_memory()
    given = {"LOG_LEVEL": "DEBUG"}
    for provider in PROVIDERS:
        given[f"{provider.prefix}_API_KEY"] = f"canary-{provider.name}-key"
        given[f"{provider.prefix}_BASE_URL"] = f"http://127.0.0.1:{memory.ports['sandbox']}/{provider.name}"
    with embedded_stack(tmp_path_factory.mktemp("canaries"), given, memory=memory, flower=True) as stack:
        secrets = secrets_of(stack) | {"api key": stack.api_key, "flower": memory.flower_password}
        with httpx.Client(base_url=stack.api_url, headers={"X-API-Key": stack.api_key}, timeout=PATIENCE) as client:
            play = Play(stack, client, memory)
            good = play.all()
        texts = {"topic": TOPIC, "source": SOURCE, "header": HEADER, "body": BODY, "query": QUERY}
        texts |= {"email": EMAIL, "password": PASSWORD}
        texts |= {f"written {word}": word for word in play.written}
        yield Scene(stack, good, secrets, texts, play.outputs())


def environ(stack: RunningStack, name: str) -> dict[str, str]:
    lines = Path(f"/proc/{stack.supervisor.pid(name)}/environ").read_bytes().decode().split("\0")
    return dict(line.split("=", 1) for line in lines if "=" in line)


def secrets_of(stack: RunningStack) -> dict[str, str]:
    """Every secret that a process of the stack was told."""
    found = {}
    for service in SERVICES:
        for name, value in environ(stack, service).items():
            if name.endswith("_URL") and urlsplit(value).password:
                found[name] = str(urlsplit(value).password)
            elif SECRET.search(name):
                found[name] = value
    return found


class Play:
    """Good and bad moments, and what was said about them."""

    def __init__(self, stack: RunningStack, client: httpx.Client, memory: Memory) -> None:
        self.stack = stack
        self.client = client
        self.memory = memory
        self.written: set[str] = set()
        self.database = environ(stack, "api")["DATABASE_URL"]
        self.sandbox = f"http://127.0.0.1:{memory.ports['sandbox']}"

    def all(self) -> dict[str, Any]:
        """Play every scene; gives the job that went well."""
        good = self.finished(topic=f"Ein Samstag auf dem Markt mit {TOPIC}")
        self.remember_words(good)
        self.finished(source_text=SENTENCE * 8)
        self.bad_requests()
        self.account()
        self.a_row_that_postgres_refuses()
        self.products_that_postgres_refuses()
        self.faults()
        self.a_crash()
        self.an_end()
        return good

    def order(self, **changes: Any) -> httpx.Response:
        return self.client.post(
            "/api/generation/articles", json={**ORDER, **changes}, headers={"X-Request-ID": REQUEST_ID}
        )

    def finished(self, **changes: Any) -> dict[str, Any]:
        posted = self.order(**changes)
        assert posted.status_code == 202, posted.text
        return self.done(posted.headers["Location"])

    def done(self, location: str) -> dict[str, Any]:
        def ended() -> bool:
            return bool(self.client.get(location, params={"wait": 10}).json()["done"])

        assert eventually(ended, PATIENCE), self.client.get(location).text
        job: dict[str, Any] = self.client.get(location).json()
        return job

    def remember_words(self, job: dict[str, Any]) -> None:
        """Words of the written text that nobody would use in a log."""
        assert job["status"] == "succeeded", job
        text = self.client.get(job["result"]["article"]["url"]).json()["text"]
        self.written = set(re.findall(r"\w{7,}", text))

    def bad_requests(self) -> None:
        private = f"{self.stack.api_url}/api/jobs/{UUID(int=0)}"
        json_type = {"Content-Type": "application/json"}
        answers = [
            self.client.post("/api/generation/articles", content=f'{{"topic": "{BODY}', headers=json_type),
            self.order(topic=BODY, level=BODY),
            self.order(topic="x", **{BODY: BODY}),
            self.client.get("/api/jobs", params={"page_token": QUERY, "token": QUERY}),
            self.client.get(f"/api/jobs/{QUERY}"),
            httpx.get(private, headers={"Authorization": f"Bearer pk_{HEADER}"}),
            httpx.get(private, headers={"X-API-Key": HEADER}),
        ]
        assert all(400 <= answer.status_code < 500 for answer in answers), answers

    def account(self) -> None:
        person = {"email": f"{EMAIL}@example.org", "password": f"{PASSWORD} of some length"}
        post = self.client.post
        statuses = [
            post("/api/auth/register", json={**person, "name": BODY}).status_code,
            post("/api/auth/register", json={**person, "name": BODY}).status_code,
            post("/api/auth/login", json=person).status_code,
            post("/api/auth/login", json={**person, "password": f"{PASSWORD} but wrong"}).status_code,
        ]
        assert statuses == [201, 409, 200, 401]

    def a_row_that_postgres_refuses(self) -> None:
        """A 500: Postgres's error quotes the row."""
        with self.rule("jobs", "input->>'topic' NOT LIKE '%refused%'"):
            assert self.order(topic=f"{TOPIC} refused").status_code == 500

    def products_that_postgres_refuses(self) -> None:
        with self.rule("articles", "false"):
            assert self.finished(topic=f"{TOPIC} am Bahnhof")["error"]["code"] == "internal"

    def faults(self) -> None:
        """Providers answer with errors, nonsense and half answers."""
        for fault in (
            {"provider": "anthropic", "kind": "status", "status": 400},
            {"provider": "deepl", "kind": "truncated"},
            {"provider": "gemini", "kind": "status", "status": 403},
            {"provider": "deepgram", "kind": "dropped_midway"},
            {"provider": "anthropic", "kind": "dropped_midway"},
            {"provider": "s3", "kind": "status", "status": 500},
        ):
            assert httpx.post(f"{self.sandbox}/admin/faults", json=fault).status_code == 201
        for place in ("Wald", "Zug"):
            self.finished(topic=f"{TOPIC} {place}")
        httpx.delete(f"{self.sandbox}/admin/faults")

    def a_crash(self) -> None:
        """A worker is killed at work; the next attempt is made by a process of its own."""
        fault = {"provider": "anthropic", "kind": "latency", "seconds": 60}
        httpx.post(f"{self.sandbox}/admin/faults", json=fault)
        posted = self.order(topic=f"{TOPIC} Küche", narrate=False)
        with psycopg.connect(self.database, autocommit=True) as connection:
            running = "SELECT count(*) FROM job_steps WHERE state = 'running'"
            assert eventually(lambda: connection.execute(running).fetchone() == (1,), PATIENCE)
            pid = self.stack.supervisor.pid("generation")
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            connection.execute("UPDATE job_steps SET lease_until = now() WHERE state = 'running'")
        assert self.done(posted.headers["Location"])["progress"]["steps"][0]["crashes"] == 1

    def an_end(self) -> None:
        """A worker is told to go, and another one comes."""
        pid = self.stack.supervisor.pid("stt")
        assert pid is not None
        os.kill(pid, signal.SIGTERM)
        assert eventually(lambda: self.stack.supervisor.pid("stt") not in {pid, None}, PATIENCE)
        ready = f"{self.stack.api_url}/readyz"
        assert eventually(lambda: httpx.get(ready).status_code == 200, PATIENCE)

    def rule(self, table: str, condition: str) -> "Rule":
        return Rule(self.database, table, condition)

    def outputs(self) -> dict[str, str]:
        """All that was said to anybody but the one who asked."""
        said = {path.name: path.read_text(errors="replace") for path in self.stack.log_folder.rglob("*.log")}
        said |= {f"{name}/metrics": httpx.get(url).text for name, url in self.stack.metrics_urls.items()}
        flower = httpx.Client(base_url=str(self.stack.flower_url), auth=("parlance", self.memory.flower_password))
        with flower:
            for path in (
                "/api/tasks",
                "/api/workers?refresh=1",
                "/api/queues/length",
                "/metrics",
                "/tasks",
                "/workers",
            ):
                said[f"flower{path}"] = flower.get(path).text
            for task in json.loads(said["flower/api/tasks"]):
                said[f"flower {task}"] = flower.get(f"/api/task/info/{task}").text + flower.get(f"/task/{task}").text
        with psycopg.connect(self.database) as connection:
            for table, columns in (("jobs", "error"), ("job_steps", "error, message"), ("queues", "reason")):
                rows = connection.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608 - our own words
                said[f"rows of {table}"] = json.dumps(rows, default=str)
        return said


class Rule:
    """A rule that Postgres keeps for a while."""

    def __init__(self, database: str, table: str, condition: str) -> None:
        self._database = database
        self._table = table
        self._condition = condition

    def __enter__(self) -> None:
        self._execute(f"ADD CONSTRAINT canary CHECK ({self._condition}) NOT VALID")

    def __exit__(self, *_: object) -> None:
        self._execute("DROP CONSTRAINT canary")

    def _execute(self, change: str) -> None:
        with psycopg.connect(self._database) as connection:
            connection.execute(f"ALTER TABLE {self._table} {change}".encode())


def lines(scene: Scene, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in scene.outputs[f"{name}.log"].splitlines()]


def leaks(outputs: dict[str, str], canaries: dict[str, str]) -> list[tuple[str, str, str]]:
    """Who said what, with the words around it."""
    return [
        (who, name, said[max(0, at - 120) : at + 80])
        for who, said in outputs.items()
        for name, canary in canaries.items()
        if (at := said.find(canary)) >= 0
    ]


def test_no_secret_is_said(scene: Scene) -> None:
    assert {"DATABASE_URL", "REDIS_URL", "S3_SECRET_ACCESS_KEY", "ANTHROPIC_API_KEY"} <= scene.secrets.keys()
    assert leaks(scene.outputs, scene.secrets) == []


def test_no_text_is_said(scene: Scene) -> None:
    assert len(scene.texts) > 20
    assert leaks(scene.outputs, scene.texts) == []


def test_a_leak_would_be_found() -> None:
    assert leaks({"log": f"... {TOPIC} ..."}, {"topic": TOPIC}) == [("log", "topic", f"... {TOPIC} ...")]


@pytest.mark.parametrize("name", [*SERVICES, "flower"])
def test_every_line_is_json_and_says_who_when_and_how_bad(scene: Scene, name: str) -> None:
    said = lines(scene, name)
    assert name == "flower" or said
    for line in said:
        assert line["service"] == name
        assert line["level"] in {"debug", "info", "warning", "error", "critical"}
        assert line["timestamp"]


def test_celery_says_its_farewell_as_a_line_of_the_log(scene: Scene) -> None:
    assert "draining" in [line["event"] for line in lines(scene, "stt")]


def test_what_flower_shows_is_there_to_be_looked_at(scene: Scene) -> None:
    assert scene.job["id"] in scene.outputs["flower/api/tasks"]
    assert "succeeded 3 paragraphs" in scene.outputs["flower/api/tasks"]
    assert "broker_transport_options" in scene.outputs["flower/api/workers?refresh=1"]


def test_a_worker_names_request_job_step_attempt_and_provider(scene: Scene) -> None:
    calls = [line for line in lines(scene, "tts") if line.get("job_id") == scene.job["id"] and "provider" in line]
    assert calls
    assert calls[0]["request_id"] == REQUEST_ID
    assert (calls[0]["step"], calls[0]["attempt"], calls[0]["provider"]) == ("narrate_text", 1, "gemini")
    assert any(line.get("request_id") == REQUEST_ID for line in lines(scene, "api"))


def test_every_process_shows_numbers_that_prometheus_reads(scene: Scene) -> None:
    expected = {
        "api": "parlance_fresh_processes",
        "dispatcher": "parlance_wakeups_sent",
        "generation": "parlance_steps",
        "nlp": "parlance_claims",
        "tts": "parlance_provider_calls",
        "stt": "parlance_database_pool_connections",
    }
    for name, metric in expected.items():
        families = {family.name: family for family in text_string_to_metric_families(scene.outputs[f"{name}/metrics"])}
        assert families[metric].samples, name
