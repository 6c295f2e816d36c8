"""An account that is deleted: the person is gone, the sums stay."""

from uuid import UUID, uuid4

from shared.jobs.model import Succeeded
from tests.integration.api.accounts.conftest import PASSWORD, Door, Person
from tests.support.jobs import Engine, step

PAIR = "INSERT INTO language_pairs (id, owner_id, language, native_language) VALUES ($1, $2, 'de', 'en')"
WORD = (
    "INSERT INTO words (id, owner_id, language, lemma, pos, folded, translations, source)"
    " VALUES ($1, $2, 'de', 'Hund', 'NOUN', 'hund', '{}', 'own')"
)
ENTRY = (
    "INSERT INTO word_bank (id, owner_id, pair_id, word_id, lemma, pos, status)"
    " VALUES ($1, $2, $3, $4, 'Hund', 'NOUN', 'new')"
)
CARD = "INSERT INTO cards (id, owner_id, pair_id, entry_id, direction) VALUES ($1, $2, $3, $4, 'recognition')"
REVIEW = (
    "INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, state_before)"
    " VALUES ($1, $2, $3, 3, clock_timestamp(), 0)"
)
ARTICLE = (
    "INSERT INTO articles (id, owner_id, job_id, language, level, title, text, provenance)"
    " VALUES ($1, $2, $3, 'de', 'A2', 'Mein Titel', 'Mein Text.', '{}')"
)
CALL = (
    "INSERT INTO provider_calls (id, job_id, step, provider, model, units, micro_usd, sandbox, request_hash,"
    " response_key) VALUES ($1, $2, 'work', 'anthropic', 'm', '{}', 1234, true, 'h', 'calls/h/1')"
)
OWNED = ("language_pairs", "words", "word_bank", "cards", "reviews", "articles", "api_keys")


def lives(engine: Engine, owner: UUID) -> UUID:
    """Put something of everything into the tables; returns the job that has ended."""
    pair, word, entry, card = uuid4(), uuid4(), uuid4(), uuid4()
    put = engine.connection.execute
    put(PAIR, (pair, owner))
    put(WORD, (word, owner))
    put(ENTRY, (entry, owner, pair, word))
    put(CARD, (card, owner, pair, entry))
    put(REVIEW, (owner, uuid4(), card))
    job = engine.submit(step("work"), owner_id=owner, input=b'{"topic": "my secret"}')
    engine.tell(job, Succeeded("work", engine.token(job, "work"), {"of": "my secret"}, "my secret"))
    put(ARTICLE, (uuid4(), owner, job))
    put(CALL, (uuid4(), job))
    return job


def kept(engine: Engine, owner: UUID) -> dict[str, int]:
    return {
        table: engine.connection.execute(f"SELECT 1 FROM {table} WHERE owner_id = $1", (owner,)).rowcount  # noqa: S608
        for table in OWNED
    }


async def goodbye(door: Door, person: Person, password: str = PASSWORD) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {person.access_token}"}
    answer = await door.client.request("DELETE", "/api/auth/me", json={"password": password}, headers=headers)
    return answer.status_code, "" if not answer.content else str(answer.json()["code"])


async def test_what_is_the_persons_is_gone_and_what_it_cost_stays(door: Door) -> None:
    person, other = await door.person(), await door.person("eve@example.org")
    engine = door.api.engine
    job = lives(engine, person.id)
    lives(engine, other.id)
    theirs = kept(engine, other.id)
    assert await goodbye(door, person) == (204, "")
    assert set(kept(engine, person.id).values()) == {0}
    assert kept(engine, other.id) == theirs
    row = engine.connection.execute("SELECT * FROM jobs WHERE id = $1", (job,)).fetchone()
    assert row is not None
    assert (row["state"], row["input"], row["owner_id"] != person.id) == ("succeeded", {}, True)
    work = engine.row(job, "work")
    assert (work["output"], work["message"], work["owner_id"]) == ({}, "", row["owner_id"])
    call = engine.connection.execute("SELECT * FROM provider_calls WHERE job_id = $1", (job,)).fetchone()
    assert call is not None
    assert (call["micro_usd"], call["response_key"], call["request_hash"]) == (1234, "", "")
    assert (await door.login()).status_code == 401
    assert (await door.me(person.access_token)).status_code == 401


async def test_with_another_password_nothing_happens(door: Door) -> None:
    person = await door.person()
    lives(door.api.engine, person.id)
    before = kept(door.api.engine, person.id)
    assert await goodbye(door, person, "not my password") == (400, "input_invalid")
    assert kept(door.api.engine, person.id) == before
    assert (await door.login()).status_code == 200


async def test_an_open_job_has_to_end_first(door: Door) -> None:
    person = await door.person()
    door.api.engine.submit(step("work"), owner_id=person.id)
    assert await goodbye(door, person) == (409, "jobs_open")
    assert (await door.login()).status_code == 200


async def test_a_key_cannot_delete_the_account_that_it_belongs_to(door: Door) -> None:
    answer = await door.api.mine.request("DELETE", "/api/auth/me", json={"password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_needed")
