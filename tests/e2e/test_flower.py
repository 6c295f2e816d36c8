"""What Flower shows an operator of a running stack, and what nobody can do through it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from deploy.local.memory import Memory, new_memory
from deploy.local.stack import WORKERS, RunningStack
from shared.jobs.submission import WakeUp
from shared.queue.app import make_celery
from shared.queue.publisher import send
from tests.support.processes import eventually
from tests.support.stack import embedded_stack

PATIENCE = 90.0  # seconds for an article on a busy machine
CANARY = "Kanarienvogel"
ORDER = {"language": "de", "native_language": "en", "level": "A2", "topic": f"Mein {CANARY}", "narrate": False}
ORDERS = (  # what Flower can do to workers and tasks, if it is let
    "worker/shutdown/{worker}",
    "worker/pool/restart/{worker}",
    "worker/pool/grow/{worker}?n=1",
    "worker/pool/shrink/{worker}?n=1",
    "worker/pool/autoscale/{worker}?min=1&max=2",
    "worker/queue/add-consumer/{worker}?queue=tts",
    "worker/queue/cancel-consumer/{worker}?queue=nlp",
    "task/apply/nlp.annotate_text",
    "task/async-apply/nlp.annotate_text",
    "task/send-task/nlp.annotate_text",
    "task/abort/{task}",
    "task/timeout/nlp.annotate_text?workername={worker}&hard=1",
    "task/rate-limit/nlp.annotate_text?workername={worker}&ratelimit=1",
    "task/revoke/{task}?terminate=true",
)
PAGES = ("", "workers", "tasks", "broker", "api/workers", "api/tasks", "api/task/types", "api/queues/length")


class Scene(msgspec.Struct, frozen=True):
    """A stack on which one article was snoozed, written, half translated and told of twice, and its operator."""

    stack: RunningStack
    flower: httpx.Client
    """Signed in."""
    stranger: httpx.Client
    job: dict[str, Any]
    tasks: dict[str, dict[str, Any]]
    """Everything Flower knows of the job, by task id."""

    @property
    def nlp(self) -> str:
        """How the worker of nlp is called in Flower."""
        workers: list[str] = list(self.flower.get("/api/workers?status=1").json())
        return next(name for name in workers if name.startswith("nlp@"))

    def told(self, step: str) -> list[str]:
        """What Flower says of each attempt at the step, oldest first: its result, or what went wrong."""
        mine = [task for task in self.tasks.values() if f"'{step}'" in task["args"]]
        return [task["result"] or task["exception"] for task in sorted(mine, key=lambda task: task["received"])]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A rate limit for the writer, a used-up quota of the translator, and a wake-up too many."""
    memory = new_memory()
    with embedded_stack(tmp_path_factory.mktemp("flower") / "logs", memory=memory, flower=True) as stack:
        url = stack.flower_url or ""
        with (
            httpx.Client(base_url=url, auth=("parlance", memory.flower_password), timeout=20) as flower,
            httpx.Client(base_url=url, timeout=20) as stranger,
        ):
            assert eventually(lambda: len(flower.get("/api/workers?status=1").json()) == len(WORKERS), PATIENCE)
            job = play(stack, memory)
            assert eventually(lambda: len(seen(flower, job)) >= 5, PATIENCE), seen(flower, job)
            yield Scene(stack, flower, stranger, job, seen(flower, job))


def seen(flower: httpx.Client, job: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The job's tasks that have ended."""
    tasks: dict[str, dict[str, Any]] = flower.get("/api/tasks").json()
    ended = {key: task for key, task in tasks.items() if task["state"] in {"SUCCESS", "FAILURE"}}
    return {key: task for key, task in ended.items() if job["id"] in task["args"]}


def play(stack: RunningStack, memory: Memory) -> dict[str, Any]:
    """Let it happen; the job as it ended."""
    faults = [
        {"provider": "anthropic", "kind": "status", "status": 429, "retry_after": 1.0},
        {"provider": "deepl", "kind": "status", "status": 456, "always": True},
    ]
    httpx.post(f"http://127.0.0.1:{memory.ports['sandbox']}/admin/faults", json=faults).raise_for_status()
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    with httpx.Client(base_url=stack.api_url, headers=headers, timeout=PATIENCE) as client:
        ordered = client.post("/api/generation/articles", json=ORDER).raise_for_status()
        job: dict[str, Any] = client.get(ordered.headers["Location"], params={"wait": 60}).json()
    assert (job["done"], job["status"]) == (True, "partial"), job
    with make_celery(f"redis://:{memory.redis_password}@127.0.0.1:{memory.ports['redis']}/0") as celery:
        send(celery, WakeUp(UUID(job["id"]), "annotate_text", "nlp.annotate_text", "nlp"))
    return job


def test_a_task_is_a_step_and_its_arguments_are_job_and_step(scene: Scene) -> None:
    assert {task["name"] for task in scene.tasks.values()} == {
        "generation.write_text",
        "nlp.annotate_text",
        "nlp.translate_text",
    }
    for task in scene.tasks.values():
        _, _, step = task["name"].partition(".")
        assert task["args"][1:-1] == f"'{scene.job['id']}', '{step}'"
        assert task["kwargs"] in {"{}", ""}


def test_results_say_in_a_few_words_what_happened(scene: Scene) -> None:
    snoozed, written = scene.told("write_text")
    assert snoozed == "'snoozed 1 s: provider_rate_limited'"
    assert written.startswith("'succeeded ")
    assert "paragraphs" in written
    annotated, duplicate = scene.told("annotate_text")
    assert annotated.startswith("'succeeded ")
    assert duplicate == "'duplicate wake-up'"
    assert all(len(task["result"] or "") <= 202 for task in scene.tasks.values())  # with the quotes of a string


def test_a_failed_step_is_a_failed_task_with_code_and_time(scene: Scene) -> None:
    (failed,) = [task for task in scene.tasks.values() if task["state"] == "FAILURE"]
    assert failed["name"] == "nlp.translate_text"
    code, _, seconds = failed["exception"].removeprefix("StepFailedError('").removesuffix("')").partition(" after ")
    assert code == "provider_quota_exhausted"
    assert float(seconds.removesuffix(" s")) < 30
    shown = scene.flower.get(f"/api/task/info/{failed['uuid']}").json()
    assert shown["exception"] == failed["exception"]
    assert shown["worker"].startswith("nlp@")


def test_no_text_of_anybodys_is_shown(scene: Scene) -> None:
    pages = [scene.flower.get(f"/api/task/info/{key}").text for key in scene.tasks]
    pages += [scene.flower.get(f"/task/{key}").text for key in scene.tasks]
    pages += [scene.flower.get(f"/{page}").text for page in (*PAGES, "metrics")]
    assert not [page for page in pages if CANARY.lower() in page.lower()]


def test_workers_bear_the_names_that_the_register_has(scene: Scene) -> None:
    workers = scene.flower.get("/api/workers?refresh=1").json()
    headers = {"Authorization": f"Bearer {scene.stack.api_key}"}
    registered = httpx.get(f"{scene.stack.api_url}/api/admin/workers", headers=headers).json()
    assert {row["name"] for row in registered if row["service"] != "dispatcher"} <= set(workers)
    assert {name.partition("@")[0] for name in workers} == set(WORKERS)
    for name, worker in workers.items():
        service = name.partition("@")[0]
        assert [queue["name"] for queue in worker["active_queues"]] == [service, f"{service}.bulk"]
        assert all(task.startswith(f"{service}.") for task in worker["registered"])
        assert worker["stats"]["pool"]["max-concurrency"] > 0


def test_its_pages_open_for_an_operator_and_for_nobody_else(scene: Scene) -> None:
    for page in (*PAGES, f"task/{next(iter(scene.tasks))}", f"worker/{scene.nlp}"):
        assert scene.flower.get(f"/{page}").status_code == 200, page
        assert scene.stranger.get(f"/{page}").status_code == 401, page
        assert scene.stranger.get(f"/{page}", auth=("parlance", "guessed")).status_code == 401, page


def test_metrics_and_health_need_no_password_and_tell_no_secret(scene: Scene) -> None:
    """Flower leaves these two open whatever its settings: that is why it listens on this machine only."""
    assert scene.stranger.get("/healthcheck").text == "OK"
    metrics = scene.stranger.get("/metrics").text
    assert 'flower_events_total{task="nlp.translate_text",type="task-failed"' in metrics
    assert scene.job["id"] not in metrics


@pytest.mark.parametrize("order", ORDERS)
def test_nobody_changes_anything_through_it(scene: Scene, order: str) -> None:
    path = "/api/" + order.format(worker=scene.nlp, task=next(iter(scene.tasks)))
    before, events = [scene.stack.supervisor.pid(name) for name in WORKERS], scene.stack.events()
    assert scene.stranger.post(path).status_code == 401
    refused = scene.flower.post(path, json={"args": [scene.job["id"], "annotate_text"]})
    assert (refused.status_code, "Read only mode" in refused.text) == (403, True)
    assert [scene.stack.supervisor.pid(name) for name in WORKERS] == before
    assert scene.stack.events() == events


def test_a_drained_worker_is_followed_by_a_new_one(scene: Scene) -> None:
    headers = {"Authorization": f"Bearer {scene.stack.api_key}"}
    with httpx.Client(base_url=f"{scene.stack.api_url}/api/admin/workers", headers=headers, timeout=20) as admin:

        def names() -> list[str]:
            return [row["name"] for row in admin.get("/").json() if row["service"] == "stt"]

        (old,) = names()
        assert admin.post(f"/{old}/drain").status_code == 202
        assert eventually(lambda: names() not in ([], [old]), PATIENCE)
        assert old not in names()
    died, _ = [event for event in scene.stack.events() if event.name == "stt"]
    assert (died.what, died.detail) == ("died", "exit code 0")
    assert eventually(lambda: scene.flower.get("/api/workers?status=1").json()[old] is False)
