"""Between them the workers perform every step that a job can have, and nothing else."""

from collections.abc import Sequence

import pytest

from services.generation import app as generation
from services.nlp import app as nlp
from services.stt import app as stt
from services.tts import app as tts
from shared.jobs.kinds import ALL_STEPS, SERVICES
from shared.queue.worker import Service
from shared.settings import WorkerSettings

PROGRAMS = {"generation": generation, "nlp": nlp, "stt": stt, "tts": tts}
PROVIDERS = {"generation": "ANTHROPIC", "nlp": "DEEPL", "stt": "DEEPGRAM", "tts": "GEMINI"}
ENVIRONMENT = {
    "DATABASE_URL": "postgresql://somebody@127.0.0.1/parlance",
    "REDIS_URL": "redis://127.0.0.1",
    "S3_ENDPOINT_URL": "http://127.0.0.1",
    "S3_BUCKET": "parlance",
    "S3_ACCESS_KEY_ID": "made-up",
    "S3_SECRET_ACCESS_KEY": "made-up",
}


@pytest.mark.parametrize("key", ["made-up", "sandbox"])
@pytest.mark.parametrize("name", SERVICES)
def test_a_program_puts_its_service_together(monkeypatch: pytest.MonkeyPatch, name: str, key: str) -> None:
    made: list[Service] = []

    def run_worker(service: Service, _: WorkerSettings, arguments: Sequence[str]) -> int:
        made.append(service)
        return len(arguments)

    monkeypatch.setattr(PROGRAMS[name], "run_worker", run_worker)
    provider = {f"{PROVIDERS[name]}_API_KEY": key, f"{PROVIDERS[name]}_BASE_URL": "http://127.0.0.1"}
    assert PROGRAMS[name].main(ENVIRONMENT | provider, ["a", "b"]) == 2
    (service,) = made
    assert service.name == name
    assert set(service.bodies) == {step.task for steps in ALL_STEPS.values() for step in steps if step.service == name}
    assert service.sandbox is (key == "sandbox")
    assert service.memo == ("job" if name == "generation" else "owner")
