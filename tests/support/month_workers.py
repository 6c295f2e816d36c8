"""All workers in this process: the real bodies of their steps, claimed and finished through the engine.

Only the providers are fakes: somebody who writes, and somebody who translates.
"""

from services.generation.fake import FakePages, FakeWriter
from services.generation.gates import Draft
from services.generation.identification import Languages
from services.generation.prompting import ANALYSE_WORD, WRITE_ARTICLE, Prompts, load_prompt
from services.generation.tasks import Desk
from services.generation.tasks import bodies as writing
from services.nlp.fake import FakeAnnotator, FakeTranslator
from services.nlp.tasks import bodies as language
from services.nlp.transfers import transfer_bodies
from shared.jobs.claims import Claim
from shared.jobs.submission import WakeUp
from shared.languages import LANGUAGES
from shared.queue.task import Performer
from tests.support.jobs import Engine
from tests.support.memory_blobs import MemoryBlobs
from tests.support.performing import MemoryHeart, MemoryPublisher

READY = "SELECT job_id, name AS step, task, queue FROM job_steps WHERE state = 'ready' ORDER BY job_id, name"
TEXT = """
Die Katze schläft am Fenster. Der Hund bellt laut im Garten, denn ein Vogel sitzt auf dem Baum. Meine Oma kocht heute
eine Suppe mit Kartoffeln.

Am Abend kommt der Regen. Wir gehen schnell ins Haus und trinken einen heißen Tee. Dann lesen wir zusammen ein Buch.
"""
DRAFT = Draft(title="Ein Nachmittag im Garten", paragraphs=[" ".join(each.split()) for each in TEXT.split("\n\n")])


class Workers:
    """Performs what is ready.

    Args:
        engine: Over the database of the test.
        blobs: The object store, the API's too.
    """

    def __init__(self, engine: Engine, blobs: MemoryBlobs) -> None:
        prompts = Prompts(article=load_prompt(WRITE_ARTICLE), word=load_prompt(ANALYSE_WORD))
        identify = Languages(LANGUAGES).identify
        desk = Desk(writer=FakeWriter(DRAFT), pages=FakePages({}), identify=identify, prompts=prompts)
        self._engine, self._blobs = engine, blobs
        self._performer = Performer(
            service="nlp",
            name="everybody@test",
            bodies={**writing(desk), **language(FakeAnnotator(), FakeTranslator()), **transfer_bodies(blobs)},
            database=engine.database,
            blobs=blobs,
            publisher=MemoryPublisher(),
            heart=MemoryHeart(),
            sandbox=False,
            memo="job",
        )

    def perform_all(self) -> None:
        """Perform ready steps until there is none; a step that fails fails the test."""
        while ready := self._engine.connection.execute(READY).fetchall():
            for row in ready:
                claimed = self._performer.claim(WakeUp(**row))
                assert isinstance(claimed, Claim), claimed
                self._performer.work(claimed)

    def file_at(self, address: str) -> bytes:
        """The object to which an address leads that the store has signed."""
        key = address.removeprefix("memory:").partition("?")[0]
        return self._blobs.get(key)
