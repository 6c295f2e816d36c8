from uuid import uuid4

import msgspec
import pytest

from services.api.articles.schemas import ArticleOrder
from services.api.batches.orders import jobs_of, refusal_of
from services.api.batches.schemas import BatchOrder
from services.api.problems import ApiError
from shared.jobs.submission import Batch

SOUND = ArticleOrder(language="de", level="A2", topic="cats", narrate=False)
BATCH = Batch(owner_id=uuid4(), name="", items=2, request_id="trace")


def changed(**changes: object) -> ArticleOrder:
    return msgspec.structs.replace(SOUND, **changes)


def refused(*items: ArticleOrder, name: str = "") -> ApiError:
    with pytest.raises(ApiError) as caught:
        jobs_of(BatchOrder(items=list(items), name=name), BATCH)
    return caught.value


def fields(error: ApiError | None) -> list[str]:
    assert error is not None
    return [entry.field for entry in error.errors]


def told(value: object) -> list[str]:
    return fields(refusal_of(msgspec.json.encode(value)))


def test_each_item_becomes_a_bulk_job_with_its_place() -> None:
    jobs = jobs_of(BatchOrder(items=[SOUND, changed(topic="dogs")]), BATCH)
    assert [(job.owner_id, job.batch_id, job.batch_item, job.bulk, job.request_id) for job in jobs] == [
        (BATCH.owner_id, BATCH.id, item, True, "trace") for item in range(2)
    ]
    assert [msgspec.json.decode(job.input)["topic"] for job in jobs] == ["cats", "dogs"]
    assert all(job.idempotency is None for job in jobs)


def test_mistakes_are_named_with_their_item() -> None:
    error = refused(SOUND, changed(topic=None), changed(topic="a\0", language="xx", words_to_use=["a", " "]))
    assert fields(error) == ["items[1].topic", "items[2].topic", "items[2].words_to_use[1]", "items[2].language"]
    assert error.code == "input_invalid"
    assert error.detail.startswith("4 mistakes: items[1].topic: ")


def test_few_mistakes_are_told_in_full() -> None:
    assert refused(changed(topic=" ")).detail == "items[0].topic: must not be blank"


def test_unsupported_language_alone_has_a_code_of_its_own() -> None:
    assert refused(SOUND, changed(language="xx")).code == "unsupported_language"
    assert refused(changed(topic=" "), changed(language="xx")).code == "input_invalid"
    assert refused(changed(language="xx"), name="\0").code == "input_invalid"


def test_name_must_be_storable() -> None:
    assert fields(refused(SOUND, name="a\0")) == ["name"]


def test_mistakes_of_type_and_of_meaning_are_told_together_in_order() -> None:
    items = [{"language": "de", "level": "A2", "topic": " "}, {"language": "de", "level": 2}, None, {}]
    assert told({"items": items, "name": 3}) == [
        "name",
        "items[0].topic",
        "items[1].level",
        "items[2]",
        "items[3].language",
        "items[3].level",
    ]


def test_hundred_are_named_and_all_counted() -> None:
    error = refusal_of(msgspec.json.encode({"items": [{"language": "de", "level": "A2"}] * 300}))
    assert len(fields(error)) == 100
    assert error is not None
    assert error.detail.startswith("300 mistakes: ")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"{}",
        b'{"items": 3}',
        b'{"items": []}',
        b"[" * 5000,
        b'{"items": [' + b"1," * 1000 + b"1]}",
    ],
)
def test_body_whose_items_cannot_be_looked_at_is_left_to_others(body: bytes) -> None:
    assert refusal_of(body) is None
