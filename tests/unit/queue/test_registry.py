"""Between them the workers perform every step that a job can have, and nothing else."""

from services.generation import tasks as generation
from services.generation.fake import FakePages, FakeWriter
from services.generation.gates import Draft
from services.generation.prompting import Prompt
from services.nlp import tasks as nlp
from services.nlp.fake import FakeAnnotator, FakeTranslator
from services.stt import tasks as stt
from services.stt.fake import FakeListener
from services.tts import tasks as tts
from services.tts.fake import FakeSpeech
from shared.jobs.kinds import ALL_STEPS
from tests.support.memory_blobs import MemoryBlobs


def test_every_steps_task_is_performed_by_its_service_and_no_other() -> None:
    writer = FakeWriter(Draft(title="t", paragraphs=["p"]))
    registered = {
        "generation": generation.bodies(writer, FakePages({}), lambda _: "de", Prompt("v", "p")),
        "nlp": nlp.bodies(FakeAnnotator(), FakeTranslator()),
        "stt": stt.bodies(FakeListener({}), MemoryBlobs()),
        "tts": tts.bodies(FakeSpeech(), MemoryBlobs()),
    }
    needed: dict[str, set[str]] = {service: set() for service in registered}
    for steps in ALL_STEPS.values():
        for step in steps():
            needed[step.service].add(step.task)
    assert {service: set(bodies) for service, bodies in registered.items()} == needed
