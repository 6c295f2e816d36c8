"""Quizzes are made from the learner's bank and scored once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.lexicon.model import Example
from tests.integration.api.conftest import Api
from tests.support.lexicon import new_entry, new_pair, new_word

QUIZZES = "/api/vocabulary/quizzes"
NOUNS = {"Haus": "house", "Maus": "mouse", "Katze": "cat", "Hund": "dog", "Baum": "tree"}


@pytest.fixture
def pair(api: Api) -> UUID:
    """My pair, with five words in its bank."""
    pair_id = new_pair(api.engine.connection, api.key.owner_id)
    for lemma, english in NOUNS.items():
        learnt(api, pair_id, lemma, english)
    return pair_id


def learnt(api: Api, pair_id: UUID, lemma: str, english: str, status: str = "learning", **fields: Any) -> UUID:
    """A word in my bank, with an example."""
    connection = api.engine.connection
    examples = [Example(text=f"Da ist {lemma} wieder.")]
    word = new_word(connection, lemma, translations={"en": [english]}, examples=examples, **fields)
    new_entry(connection, api.key.owner_id, pair_id, word, status)
    return word


async def quiz(api: Api, pair_id: UUID, kind: str = "multiple_choice", **changes: Any) -> dict[str, Any]:
    answer = await api.mine.post(QUIZZES, json={"pair_id": str(pair_id), "kind": kind, **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def answered(api: Api, made: dict[str, Any], answers: list[str]) -> httpx.Response:
    return await api.mine.post(f"{QUIZZES}/{made['id']}/answers", json={"answers": answers})


def right(question: dict[str, Any]) -> str:
    """What a learner who knows all of `NOUNS` answers."""
    if question["choices"]:
        return NOUNS[question["prompt"]]
    return next(lemma for lemma, english in NOUNS.items() if english == question["hint"])


@pytest.mark.parametrize("kind", ["multiple_choice", "fill_the_gap", "matching"])
async def test_quiz_is_scored_and_tells_its_solutions_only_then(api: Api, pair: UUID, kind: str) -> None:
    made = await quiz(api, pair, kind, size=4)
    secrets = ("solution", "answer", "correct", "word_id")
    assert [[question[name] for name in secrets] for question in made["questions"]] == [[None] * 4] * 4
    assert (await api.mine.get(f"{QUIZZES}/{made['id']}")).json() == made
    answers = [right(question) for question in made["questions"]]
    scored = (await answered(api, made, [*answers[:3], "wrong"])).json()
    assert (scored["size"], scored["correct"], scored["answered_at"]) == (4, 3, "2026-03-01T12:00:00Z")
    assert [question["correct"] for question in scored["questions"]] == [True, True, True, False]
    assert [question["solution"] for question in scored["questions"]] == answers
    assert (await api.mine.get(f"{QUIZZES}/{made['id']}")).json() == scored


async def test_quiz_is_scored_once(api: Api, pair: UUID) -> None:
    made = await quiz(api, pair)
    answers = [[right(question) for question in made["questions"]], [""] * 5]
    results = await asyncio.gather(*(answered(api, made, each) for each in answers * 2))
    assert sorted(result.status_code for result in results) == [200, 409, 409, 409]
    (first,) = [result.json() for result in results if result.is_success]
    assert {result.json()["code"] for result in results if result.status_code == 409} == {"quiz_already_answered"}
    assert (await api.mine.get(f"{QUIZZES}/{made['id']}")).json() == first


async def test_every_question_needs_an_answer_even_if_it_is_empty(api: Api, pair: UUID) -> None:
    made = await quiz(api, pair, size=4)
    for answers in ([], ["house"], [""] * 5, ["\0"] * 4, [1] * 4):
        refused = await answered(api, made, answers)  # type: ignore[arg-type]
        assert (refused.status_code, refused.json()["code"]) == (400, "input_invalid")
    assert (await answered(api, made, [""] * 4)).json()["correct"] == 0


async def test_wrong_choices_come_from_the_lexicon_of_the_language(api: Api) -> None:
    connection = api.engine.connection
    pair_id = new_pair(connection, api.key.owner_id)
    for number in range(4):
        learnt(api, pair_id, f"Wort{number}", "same")
    new_word(connection, "gehen", pos="VERB", translations={"en": ["go"]})
    new_word(connection, "perro", language="es", translations={"en": ["dog"]})
    new_word(connection, "Ihrs", uuid_of_theirs(api), translations={"en": ["theirs"]})
    new_word(connection, "Baum", translations={"en": ["tree"]})
    made = await quiz(api, pair_id)
    assert [sorted(question["choices"]) for question in made["questions"]] == [["same", "tree"]] * 4


def uuid_of_theirs(api: Api) -> UUID:
    row = api.engine.connection.execute("SELECT id FROM accounts WHERE name = 'theirs'").fetchone()
    assert row is not None
    return UUID(str(row["id"]))


async def test_only_words_that_are_learnt_and_shown_and_of_the_level_are_asked(api: Api, pair: UUID) -> None:
    for status in ("ignored", "suspended"):
        learnt(api, pair, f"Wort-{status}", status, status, level="A1")
    hidden = learnt(api, pair, "Fehler", "mistake", level="A1")
    api.engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    for number in range(4):
        learnt(api, pair, f"Leicht{number}", f"easy{number}", "known" if number else "new", level="A1")
    made = await quiz(api, pair, "matching", size=20, level="A1")
    assert sorted(made["questions"][0]["choices"]) == ["easy0", "easy1", "easy2", "easy3"]


async def test_too_few_words_make_no_quiz(api: Api, pair: UUID) -> None:
    answer = await api.mine.post(QUIZZES, json={"pair_id": str(pair), "kind": "matching", "level": "C2"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_few_words")
    assert (await api.mine.get(QUIZZES)).json()["items"] == []


async def test_list_shows_mine_the_newest_first(api: Api, pair: UUID) -> None:
    first, second = await quiz(api, pair), await quiz(api, pair, "matching")
    api.engine.connection.execute(
        "UPDATE quizzes SET created_at = created_at - interval '1 hour' WHERE id = $1", (UUID(first["id"]),)
    )
    page = (await api.mine.get(QUIZZES, params={"page_size": 1})).json()
    rest = (await api.mine.get(QUIZZES, params={"page_size": 1, "page_token": page["next_page_token"]})).json()
    assert [(row["id"], row["kind"], row["size"]) for row in (*page["items"], *rest["items"])] == [
        (second["id"], "matching", 5),
        (first["id"], "multiple_choice", 5),
    ]
    assert "questions" not in page["items"][0]
    assert (await api.theirs.get(QUIZZES)).json()["items"] == []


async def test_quiz_of_somebody_else_is_not_there(api: Api, pair: UUID) -> None:
    made = await quiz(api, pair)
    at = f"{QUIZZES}/{made['id']}"
    refused = [
        await api.theirs.get(at),
        await api.theirs.post(f"{at}/answers", json={"answers": [""] * 5}),
        await api.theirs.post(QUIZZES, json={"pair_id": str(pair), "kind": "matching"}),
        await api.mine.get(f"{QUIZZES}/{uuid4()}"),
    ]
    assert [answer.status_code for answer in refused] == [404] * 4
    assert (await api.mine.get(at)).json()["answered_at"] is None


@pytest.mark.parametrize("changes", [{"size": 3}, {"size": 21}, {"kind": "guess"}, {"level": "Z"}, {"seed": 1}])
async def test_bad_order_is_refused(api: Api, pair: UUID, changes: dict[str, Any]) -> None:
    body = {"pair_id": str(pair), "kind": "matching", **changes}
    assert (await api.mine.post(QUIZZES, json=body)).status_code == 400
