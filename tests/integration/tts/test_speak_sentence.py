"""`tts.speak_sentence` over real rows: paid once, attached only to the text that was read, swept when it is gone."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from services.tts.fake import FakeSpeech
from services.tts.tasks import bodies
from shared.db.session import Connection
from shared.jobs.errors import PermanentError, TransientError
from shared.jobs.kinds import ALL_STEPS, SPEAK_SENTENCE
from shared.jobs.steps import Done
from shared.ledger.calls import StepLedger
from shared.lexicon.model import SentenceAudio, SpeechOrder, document
from shared.lexicon.sentences import SentenceText, edit_sentence
from shared.queue.task import FENCED, StepRun
from tests.support.jobs import OWNER, Engine
from tests.support.memory_blobs import MemoryBlobs
from tests.support.performing import Stage
from tests.support.step_watch import HandWatch

ADD = "INSERT INTO sentences (id, language, text, source, licence) VALUES ($1, 'de', $2, 'catalogue', 'MIT')"


class Studio:
    """A sentence, a voice, and objects in memory; the ledger is the real one."""

    def __init__(self, engine: Engine, text: str = "Der Hund schläft.") -> None:
        self.engine = engine
        self.blobs = MemoryBlobs()
        self.speech = FakeSpeech()
        self.sentence = uuid4()
        engine.connection.execute(ADD, (self.sentence, text))
        self.job = engine.submit(*ALL_STEPS[SPEAK_SENTENCE], kind=SPEAK_SENTENCE)

    def attempt(self, sentence: UUID | None = None) -> Done:
        """One attempt at the step, up to where the engine would save it."""
        ledger = StepLedger(
            database=self.engine.database,
            blobs=self.blobs,
            job_id=self.job,
            step="speak_sentence",
            scope=str(OWNER),
            sandbox=True,
        )
        run = StepRun(
            job_id=self.job,
            owner_id=OWNER,
            step="speak_sentence",
            attempt=1,
            token=uuid4(),
            input=msgspec.json.encode(SpeechOrder(sentence_id=sentence or self.sentence)),
            outputs={},
            watch=HandWatch(),
            ledger=ledger,
            database=self.engine.database,
        )
        return bodies(self.speech, self.blobs)["tts.speak_sentence"](run)

    def edit(self, text: str) -> None:
        """An admin says it otherwise."""
        edit_sentence(
            self.connection, self.sentence, SentenceText(text=text, level=None, tags=[], author=None, licence="MIT")
        )

    @property
    def connection(self) -> Connection:
        return self.engine.connection

    @property
    def audio(self) -> SentenceAudio | None:
        """What the sentence has."""
        row = self.connection.execute("SELECT audio FROM sentences WHERE id = $1", (self.sentence,)).fetchone()
        assert row is not None
        return None if row["audio"] is None else msgspec.convert(row["audio"], SentenceAudio)

    def sweep(self) -> set[str]:
        """What is left of recordings when all objects are old."""
        for key in self.blobs.objects:
            self.blobs.modified[key] -= timedelta(days=2)
        run: Any = StepRun(
            job_id=uuid4(),
            owner_id=OWNER,
            step="sweep_objects",
            attempt=1,
            token=uuid4(),
            input=b"{}",
            outputs={},
            watch=HandWatch(),
            ledger=None,  # type: ignore[arg-type]  # it pays nobody
            database=self.engine.database,
        )
        bodies(self.speech, self.blobs)["tts.sweep_objects"](run)
        return {key for key in self.blobs.objects if key.endswith(".mp3")}


@pytest.fixture
def studio(engine: Engine) -> Studio:
    return Studio(engine)


def saved(studio: Studio, done: Done) -> None:
    assert done.save is not None
    done.save(studio.connection)


def test_the_sentence_is_heard_once_the_step_is_finished(studio: Studio) -> None:
    done = studio.attempt()
    assert studio.audio is None
    saved(studio, done)
    audio = studio.audio
    assert audio is not None
    assert audio.key in studio.blobs.objects
    assert done.output == {
        "sentence_id": str(studio.sentence),
        "audio_key": audio.key,
        "duration_ms": audio.duration_ms,
    }
    assert audio.provenance is not None


def test_whoever_dies_between_paying_and_saving_has_paid(studio: Studio) -> None:
    studio.attempt()
    studio.attempt()  # and nothing is saved of either
    saved(studio, studio.attempt())
    assert len(studio.speech.spoken) == 1
    assert studio.connection.execute("SELECT count(*) AS n FROM provider_calls").fetchone() == {"n": 1}
    assert studio.audio is not None
    assert studio.sweep() == {studio.audio.key}


def test_a_worker_that_lost_its_lease_after_paying_attaches_nothing_and_the_next_pays_nothing(studio: Studio) -> None:
    stage = Stage(studio.engine)
    body = bodies(studio.speech, stage.blobs)["tts.speak_sentence"]

    def dying(run: StepRun) -> Done:
        done = body(run)
        if run.attempt == 1:
            studio.engine.lose(run.job_id, "work")
            studio.engine.token(run.job_id, "work")  # of another worker
        return done

    order = msgspec.Raw(msgspec.json.encode(SpeechOrder(sentence_id=studio.sentence)))
    job = stage.job(dying, input=order)
    assert stage.perform(job) == FENCED
    assert (studio.audio, len(studio.speech.spoken)) == (None, 1)
    studio.engine.lose(job, "work")
    assert stage.perform(job).startswith("succeeded")
    assert studio.audio is not None
    assert (studio.audio.key in stage.blobs.objects, len(studio.speech.spoken)) == (True, 1)


def test_what_another_job_has_spoken_is_not_paid_again(studio: Studio) -> None:
    saved(studio, studio.attempt())
    studio.engine.succeed(studio.job, "speak_sentence")
    before = studio.audio
    studio.job = studio.engine.submit(*ALL_STEPS[SPEAK_SENTENCE], kind=SPEAK_SENTENCE)
    studio.connection.execute("DELETE FROM provider_calls")
    again = studio.attempt()
    assert (again.summary, again.save, len(studio.speech.spoken)) == ("was spoken before", None, 1)
    studio.engine.succeed(studio.job, "speak_sentence")
    assert studio.audio == before
    assert studio.connection.execute("SELECT count(*) AS n FROM turns").fetchone() == {"n": 0}


def test_while_one_job_speaks_it_another_waits_and_pays_nothing(studio: Studio) -> None:
    first = studio.attempt()
    studio.connection.execute("DELETE FROM provider_calls")  # no memo: as if the other job were somebody else's
    studio.job = studio.engine.submit(*ALL_STEPS[SPEAK_SENTENCE], kind=SPEAK_SENTENCE)
    with pytest.raises(TransientError, match="work_under_way"):
        studio.attempt()
    saved(studio, first)
    assert (studio.attempt().summary, len(studio.speech.spoken)) == ("was spoken before", 1)


def test_two_at_once_leave_the_first(studio: Studio) -> None:
    first, second = studio.attempt(), studio.attempt()
    saved(studio, first)
    before = studio.audio
    saved(studio, second)
    assert studio.audio == before


def test_a_licence_without_a_recording_is_no_recording(studio: Studio) -> None:
    known = {"author": "ada", "licence": "CC BY 4.0"}
    studio.connection.execute("UPDATE sentences SET audio = $1::jsonb", (document(known),))
    saved(studio, studio.attempt())
    assert studio.audio is not None
    assert (studio.audio.key is not None, studio.audio.author) == (True, "")


def test_another_text_is_not_given_what_the_old_one_sounded_like(studio: Studio) -> None:
    done = studio.attempt()
    studio.edit("Die Katze schläft.")
    saved(studio, done)
    assert studio.audio is None
    assert studio.sweep() == set()


def test_an_edit_of_the_text_clears_our_voice_and_no_other_edit_does(studio: Studio) -> None:
    saved(studio, studio.attempt())
    studio.edit("Der Hund schläft.")
    assert studio.audio is not None
    assert studio.sweep() == {studio.audio.key}
    studio.edit("Der Hund schläft tief.")
    assert studio.audio is None
    assert studio.sweep() == set()


def test_somebodys_recording_outlives_an_edit(studio: Studio) -> None:
    recording = {"key": "old/ada.mp3", "author": "ada", "licence": "CC BY 4.0"}
    studio.blobs.put("old/ada.mp3", b"x", "audio/mpeg")
    studio.connection.execute("UPDATE sentences SET audio = $1::jsonb", (document(recording),))
    studio.edit("Der Hund schläft tief.")
    assert studio.audio is not None
    assert studio.sweep() == {"old/ada.mp3"}


def test_a_sentence_that_is_gone_fails_for_good(studio: Studio) -> None:
    with pytest.raises(PermanentError) as caught:
        studio.attempt(uuid4())
    assert (caught.value.code, studio.speech.spoken) == ("sentence_deleted", [])
