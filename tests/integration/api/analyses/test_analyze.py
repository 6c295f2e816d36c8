"""`POST /api/vocabulary/analyze`: known words at once, others as a job."""

from typing import Any

import msgspec
import pytest

from shared.articles.model import Provenance
from shared.lexicon.analyses import save_analysis
from shared.lexicon.analysis import AnalysedWord, WordQuery
from shared.lexicon.model import NewWord
from tests.integration.api.conftest import Api

URL = "/api/vocabulary/analyze"
ORDER = {"language": "de", "lemma": "Bank", "native_language": "en"}
QUERY = WordQuery(language="de", lemma="Bank", native_language="en")
BY = Provenance(provider="anthropic", model="m", sandbox=True, prompt_version="analyse_word.v1")


def look_up(api: Api, *senses: str) -> None:
    words = [
        NewWord(language="de", lemma="Bank", pos="NOUN", sense=sense, translations={"en": [sense]}, source="analysis")
        for sense in senses
    ]
    found = [AnalysedWord(word=word, usage=f"a {word.sense}") for word in words]
    save_analysis(api.engine.connection, QUERY, found, BY)


def jobs(api: Api) -> list[dict[str, Any]]:
    return api.engine.connection.execute("SELECT * FROM jobs").fetchall()


async def test_an_unknown_word_is_a_job(api: Api) -> None:
    answer = await api.mine.post(URL, json=ORDER | {"lemma": "  die  Ba\u00adnk "})
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert (body["words"], body["provenance"], body["job"]["kind"]) == ([], None, "analyse_word")
    assert answer.headers["Location"] == f"/api/jobs/{body['job']['id']}"
    assert answer.headers["ETag"]
    (job,) = jobs(api)
    assert job["input"] == {"language": "de", "lemma": "die Bank", "native_language": "en"}
    assert job["owner_id"] == api.key.owner_id
    assert [wakeup.task for wakeup in api.publisher.published] == ["generation.analyse_word"]


async def test_a_known_word_is_answered_at_once_to_everybody(api: Api) -> None:
    look_up(api, "seat", "money")
    for client in (api.mine, api.theirs):
        answer = await client.post(URL, json=ORDER)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert [(each["word"]["sense"], each["usage"]) for each in body["words"]] == [
            ("seat", "a seat"), ("money", "a money"),
        ]  # fmt: skip
        assert (body["job"], body["provenance"]["sandbox"], body["words"][0]["word"]["own"]) == (None, True, False)
    assert jobs(api) == []


@pytest.mark.parametrize("change", [{"lemma": "Bänke"}, {"native_language": "fr"}, {"language": "fr"}])
async def test_another_word_or_language_is_another_question(api: Api, change: dict[str, str]) -> None:
    look_up(api, "seat")
    assert (await api.mine.post(URL, json=ORDER | change)).status_code == 202


async def test_a_hidden_meaning_is_not_shown(api: Api) -> None:
    look_up(api, "seat", "money")
    api.engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE sense = 'money'")
    body = (await api.mine.post(URL, json=ORDER)).json()
    assert [each["word"]["sense"] for each in body["words"]] == ["seat"]


async def test_the_same_key_makes_one_job(api: Api) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await api.mine.post(URL, json=ORDER, headers=headers)
    second = await api.mine.post(URL, json=ORDER, headers=headers)
    other = await api.mine.post(URL, json=ORDER | {"lemma": "Tisch"}, headers=headers)
    assert first.json()["job"]["id"] == second.json()["job"]["id"]
    assert (second.headers["Idempotency-Replayed"], other.status_code, len(jobs(api))) == ("true", 422, 1)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"language": "nl"}, "unsupported_language", "language"),
        ({"native_language": "xx"}, "unsupported_language", "native_language"),
        ({"native_language": "de"}, "input_invalid", "native_language"),
        ({"lemma": " "}, "input_invalid", "lemma"),
        ({"lemma": "a\x00b"}, "input_invalid", "lemma"),
        ({"lemma": "w" * 101}, "input_invalid", "lemma"),
        ({"context": "x"}, "input_invalid", "context"),
    ],
)
async def test_a_bad_order_names_its_field(api: Api, change: dict[str, str], code: str, field: str) -> None:
    answer = await api.mine.post(URL, json=ORDER | change)
    problem = msgspec.json.decode(answer.content)
    assert (answer.status_code, problem["code"]) == (400, code)
    assert field in problem["detail"]
    assert jobs(api) == []
