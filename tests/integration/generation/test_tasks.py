"""The bodies of the writing worker over real rows."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import msgspec
import pytest

from services.generation.fake import FakePages, FakeWriter
from services.generation.gates import Draft
from services.generation.prompting import Prompt, Prompts
from services.generation.tasks import Desk, bodies
from shared.articles.model import ArticleRequest
from shared.articles.store import load_text
from shared.db.session import Connection
from shared.jobs.errors import PermanentError, TransientError
from shared.jobs.kinds import ALL_STEPS
from shared.jobs.steps import Done
from shared.jobs.turns import take_turn
from shared.lexicon.analyses import is_analysed
from tests.support.analysed import BANK, entry
from tests.support.api import NOW
from tests.support.attempts import attempt
from tests.support.jobs import OWNER, Engine, step
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair
from tests.support.written import ordered, write

SENTENCE = "Im Hafen liegen viele Schiffe und die Fischer kommen zurück."  # ten words
DRAFT = Draft(title="Am Hafen", paragraphs=[" ".join([SENTENCE] * 12)])


def desk(written: msgspec.Struct, *faults: Exception) -> Desk:
    prompts = Prompts(article=Prompt("write_article.v0", "Write."), word=Prompt("analyse_word.v0", "Look up."))
    writer = FakeWriter(written, faults)  # type: ignore[arg-type]  # whatever is written is encoded
    return Desk(writer=writer, pages=FakePages({}), identify=lambda _: "de", prompts=prompts)


def saved(engine: Engine, done: Done) -> None:
    assert done.save is not None
    done.save(engine.connection)


def orders(at: Desk) -> list[str]:
    assert isinstance(at.writer, FakeWriter)
    return [order.user for order in at.writer.orders]


@pytest.fixture(name="article_id")
def _article_id(engine: Engine) -> UUID:
    return write(engine, ordered(engine, OWNER), OWNER)


def revised(engine: Engine, at: Desk, article_id: UUID, *avoid: str) -> Done:
    request = ArticleRequest(language="de", level="A2", topic="Hafen", words_to_use=("Schiff",))
    first = {"article_id": str(article_id)}
    run = attempt(engine, OWNER, request, write_text=first, measure_words={"avoid": list(avoid)})
    return bodies(at)["generation.revise_text"](run)


def test_every_step_of_this_service_has_a_body() -> None:
    tasks = {step.task for steps in ALL_STEPS.values() for step in steps if step.service == "generation"}
    assert set(bodies(desk(DRAFT))) == tasks


def test_a_text_that_fits_is_left_alone(engine: Engine, article_id: UUID) -> None:
    at = desk(DRAFT)
    done = revised(engine, at, article_id)
    assert (done.output, done.save, orders(at)) == ({"revised": False}, None, [])


def test_a_text_that_is_too_hard_is_written_again_in_its_place(engine: Engine, article_id: UUID) -> None:
    at = desk(DRAFT)
    before = load_text(engine.connection, article_id)
    done = revised(engine, at, article_id, "Leuchtturm", "Möwe")
    assert load_text(engine.connection, article_id) == before
    saved(engine, done)
    after = load_text(engine.connection, article_id)
    assert (after.id, after.title, after.text) == (article_id, "Am Hafen", DRAFT.paragraphs[0])
    assert (after.job_id, after.created_at, after.provenance.model) == (before.job_id, NOW, "fake-writer")
    assert (done.output["revised"], done.output["words"]) == (True, 120)
    (user,) = orders(at)
    assert "<words_to_use>Schiff</words_to_use>\n<words_to_avoid>Leuchtturm, Möwe</words_to_avoid>" in user


def test_a_writer_that_declines_to_revise_leaves_the_first_text(engine: Engine, article_id: UUID) -> None:
    done = revised(engine, desk(DRAFT, PermanentError("output_refused")), article_id, "Leuchtturm")
    assert (done.output, done.save) == ({"revised": False}, None)
    assert "declined" in done.summary


def test_what_else_goes_wrong_with_a_revision_is_told(engine: Engine, article_id: UUID) -> None:
    with pytest.raises(PermanentError, match="provider_auth"):
        revised(engine, desk(DRAFT, PermanentError("provider_auth")), article_id, "Leuchtturm")


def test_a_word_is_looked_up_and_stored_when_the_step_is_finished(engine: Engine) -> None:
    done = bodies(desk(entry()))["generation.analyse_word"](attempt(engine, OWNER, BANK))
    assert not is_analysed(engine.connection, BANK)
    saved(engine, done)
    assert is_analysed(engine.connection, BANK)
    assert (done.summary, done.output) == ("1 meaning", {"senses": 1})
    row = engine.connection.execute("SELECT lemma, source, owner_id FROM words").fetchone()
    assert row == {"lemma": "Bank", "source": "analysis", "owner_id": None}


def test_a_word_that_somebody_else_had_looked_up_meanwhile_is_not_paid_again(engine: Engine) -> None:
    saved(engine, bodies(desk(entry()))["generation.analyse_word"](attempt(engine, OWNER, BANK)))
    at = desk(entry())
    done = bodies(at)["generation.analyse_word"](attempt(engine, OWNER, BANK))
    assert (done.summary, orders(at)) == ("known already", [])


@pytest.mark.parametrize("known", [False, True])
def test_who_has_the_word_as_an_own_one_gets_what_was_found(engine: Engine, *, known: bool) -> None:
    owner, other = new_person(engine.connection, "owner").id, new_person(engine.connection, "other").id
    if known:
        saved(engine, bodies(desk(entry()))["generation.analyse_word"](attempt(engine, OWNER, BANK)))
        engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp()")
    banks = {
        who: in_bank(engine.connection, who, new_pair(engine.connection, who), "Bank", translation=None)
        for who in (owner, other)
    }
    engine.connection.execute("UPDATE words SET hidden_at = NULL")
    saved(engine, bodies(desk(entry()))["generation.analyse_word"](attempt(engine, owner, BANK)))
    sources = "SELECT word.source FROM word_bank AS entry JOIN words AS word ON word.id = word_id WHERE entry.id = $1"
    assert [engine.connection.execute(sources, (banks[who],)).fetchone() for who in (owner, other)] == [
        {"source": "analysis"},
        {"source": "own"},
    ]


def look_up(engine: Engine, at: Desk, job: UUID) -> Done:
    return bodies(at)["generation.analyse_word"](msgspec.structs.replace(attempt(engine, OWNER, BANK), job_id=job))


@pytest.fixture(name="jobs")
def _jobs(engine: Engine) -> tuple[UUID, UUID]:
    """Two jobs that want the same word."""
    return engine.submit(step("work")), engine.submit(step("work"))


def test_while_a_word_is_looked_up_another_job_waits_for_it_and_pays_nothing(
    engine: Engine, jobs: tuple[UUID, UUID]
) -> None:
    first, second = desk(entry()), desk(entry())
    done = look_up(engine, first, jobs[0])
    for _ in range(2):
        with pytest.raises(TransientError) as early:
            look_up(engine, second, jobs[1])
        assert (early.value.code, early.value.snoozes, early.value.throttles) == ("work_under_way", True, False)
    saved(engine, done)
    assert look_up(engine, second, jobs[1]).summary == "known already"
    assert (len(orders(first)), orders(second)) == (1, [])
    saved(engine, look_up(engine, second, jobs[1]))
    engine.succeed(jobs[0], "work")
    assert engine.connection.execute("SELECT * FROM turns WHERE job_id = $1", (jobs[0],)).rowcount == 0


def test_a_job_that_begins_again_does_not_wait_for_itself(engine: Engine, jobs: tuple[UUID, UUID]) -> None:
    with pytest.raises(TransientError, match="provider_timeout"):
        look_up(engine, desk(entry(), TransientError("provider_timeout")), jobs[0])
    assert look_up(engine, desk(entry()), jobs[0]).summary == "1 meaning"


def test_who_waits_takes_over_when_the_first_job_has_ended(engine: Engine, jobs: tuple[UUID, UUID]) -> None:
    look_up(engine, desk(entry()), jobs[0])
    engine.fail(jobs[0], "work")
    assert look_up(engine, desk(entry()), jobs[1]).summary == "1 meaning"
    with pytest.raises(TransientError, match="work_under_way"):
        look_up(engine, desk(entry()), jobs[0])


def test_another_word_or_language_waits_for_nobody(engine: Engine, jobs: tuple[UUID, UUID]) -> None:
    look_up(engine, desk(entry()), jobs[0])
    for change in ({"native_language": "fr"}, {"lemma": "Tisch"}, {"language": "nl"}):
        assert take_turn(engine.connection, msgspec.structs.replace(BANK, **change).work, jobs[1])


def test_of_two_at_the_same_moment_one_has_the_turn(engine: Engine, jobs: tuple[UUID, UUID]) -> None:
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

    def second() -> bool:
        with engine.database.connection() as connection:
            return take_turn(connection, BANK.work, jobs[1])

    with ThreadPoolExecutor(1) as pool, engine.database.connection() as first:
        with first.transaction():
            assert take_turn(first, BANK.work, jobs[0])
            future = pool.submit(second)
            while engine.connection.execute(waiting).fetchone() is None:
                assert not future.done()
        assert future.result(30.0) is False


def test_what_was_found_while_one_waited_for_the_turn_is_seen(
    engine: Engine, jobs: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = look_up(engine, desk(entry()), jobs[0])

    def ends_meanwhile(connection: Connection, work: str, job_id: UUID) -> bool:
        saved(engine, done)
        engine.succeed(jobs[0], "work")
        return take_turn(connection, work, job_id)

    monkeypatch.setattr("services.generation.tasks.take_turn", ends_meanwhile)
    at = desk(entry())
    assert (look_up(engine, at, jobs[1]).summary, orders(at)) == ("known already", [])


def test_the_writer_is_told_the_meanings_of_everybodys_lexicon(engine: Engine) -> None:
    saved(engine, bodies(desk(entry()))["generation.analyse_word"](attempt(engine, OWNER, BANK)))
    at = desk(entry())
    bodies(at)["generation.analyse_word"](attempt(engine, OWNER, msgspec.structs.replace(BANK, native_language="fr")))
    assert "<known_senses>NOUN: </known_senses>" in orders(at)[0]
