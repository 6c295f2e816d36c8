from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from shared.articles import store
from shared.articles.model import (
    Alignment,
    Annotation,
    Article,
    ArticleRequest,
    LevelProfile,
    NarratedParagraph,
    Narration,
    Provenance,
    Sentence,
    SentenceTiming,
    Token,
    Translation,
    UsefulWord,
)
from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.jobs import Engine, step

BY = Provenance(provider="spacy", model="blank+hanta", sandbox=True)


def rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    return engine.connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a table's name


async def test_order_is_a_committed_job_that_belongs_to_the_caller(api: Api) -> None:
    answer = await api.mine.post(
        "/api/generation/articles",
        json={"language": "de", "level": "A2", "topic": "cats", "native_language": "en"},
        headers={"X-Request-ID": "trace-7"},
    )
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/api/jobs/{job['id']}" == job["links"]["self"]
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["etag"] == 'W/"1-0"'
    assert (job["kind"], job["status"], job["done"]) == ("write_article", "queued", False)
    assert [step["name"] for step in job["progress"]["steps"]] == [
        "write_text",
        "annotate_text",
        "translate_text",
        "narrate_text",
        "align_audio",
    ]
    row = rows(api.engine, "jobs")[0]
    assert (str(row["id"]), row["owner_id"], row["request_id"]) == (job["id"], api.key.owner_id, "trace-7")
    request = msgspec.convert(row["input"], ArticleRequest)
    assert (request.topic, request.native_language, request.narrate, request.align) == ("cats", "en", True, True)


async def test_first_step_is_published_after_the_commit(api: Api) -> None:
    job_id = UUID((await api.order()).json()["id"])
    assert [(wakeup.job_id, wakeup.task, wakeup.queue) for wakeup in api.publisher.published] == [
        (job_id, "generation.write_text", "generation")
    ]
    assert api.engine.row(job_id, "write_text")["published_at"] is not None


async def test_order_while_redis_is_away_is_left_to_the_relay(api: Api) -> None:
    api.publisher._healthy = False
    job_id = UUID((await api.order()).json()["id"])
    assert api.publisher.published == []
    assert api.engine.row(job_id, "write_text")["published_at"] is None


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({"narrate": False}, ["write_text", "annotate_text"]),
        ({"narrate": True, "align": False}, ["write_text", "annotate_text", "narrate_text"]),
        ({"native_language": "en"}, ["write_text", "annotate_text", "translate_text"]),
    ],
)
async def test_only_what_was_ordered_is_done(api: Api, options: dict[str, object], steps: list[str]) -> None:
    job = (await api.order(**options)).json()
    assert [step["name"] for step in job["progress"]["steps"]] == steps


async def test_refused_order_leaves_nothing_behind(api: Api) -> None:
    assert (await api.order(level="Z1")).status_code == 400
    assert rows(api.engine, "jobs") == []
    assert api.publisher.published == []


async def test_any_text_that_is_accepted_can_be_stored(api: Api) -> None:
    text = '"quoted" \\ back\\u0000slash 😀 \u202e \x1f \ufffe'
    job_id = (await api.order(topic=None, source_text=text)).json()["id"]
    stored = rows(api.engine, "jobs")[0]
    assert (str(stored["id"]), stored["input"]["source_text"]) == (job_id, text.strip())


async def test_cancel_after_shortens_the_jobs_life(api: Api) -> None:
    order = {"language": "de", "level": "A2", "topic": "cats"}
    await api.mine.post("/api/generation/articles", json=order, headers={"Cancel-After": "2m"})
    row = rows(api.engine, "jobs")[0]
    assert abs(row["expires_at"] - row["created_at"] - timedelta(minutes=2)) < timedelta(seconds=1)


def written(api: Api, owner_id: UUID) -> UUID:
    """An article of which only the text is there."""
    article = Article(
        id=uuid4(),
        owner_id=owner_id,
        job_id=api.engine.submit(step("write_text"), owner_id=owner_id),
        language="de",
        native_language="en",
        level="A1",
        title="Hallo",
        text="Tag 😀!",
        provenance=Provenance(provider="anthropic", model="sandbox/bank/1", sandbox=True, prompt_version="3"),
        created_at=NOW,
    )
    store.save_text(api.engine.connection, article)
    return article.id


TOKENS = [
    Token(start=0, end=3, text="Tag", lemma="Tag", pos="NOUN", pos_source="hanta", zipf=5.4, band="5+"),
    Token(start=4, end=5, text="😀", lemma="😀", pos="X", pos_source="hanta"),
    Token(start=5, end=6, text="!", lemma="!", pos="PUNCT", pos_source="hanta"),
]
ANNOTATION = Annotation(
    engine="blank+hanta",
    sentences=[Sentence(index=0, paragraph=0, start=0, end=6, text="Tag 😀!", tokens=TOKENS)],
    profile=LevelProfile(
        estimated_level="A1",
        band_shares={"5+": 1.0, "4-5": 0.0, "3-4": 0.0, "0-3": 0.0},
        mean_sentence_words=1.0,
        type_token_ratio=1.0,
        words=1,
        sentences=1,
    ),
    useful_words=[UsefulWord(lemma="Tag", pos="NOUN", band="5+", zipf=5.4, occurrences=1, sentence=0)],
    provenance=BY,
)


async def test_article_can_be_read_as_soon_as_it_is_written(api: Api) -> None:
    article_id = written(api, api.key.owner_id)
    answer = await api.mine.get(f"/api/articles/{article_id}")
    assert answer.status_code == 200
    article = answer.json()
    assert (article["id"], article["title"], article["text"]) == (str(article_id), "Hallo", "Tag 😀!")
    assert article["created_at"] == "2026-03-01T12:00:00Z"
    assert article["provenance"]["prompt_version"] == "3"
    assert (article["annotation"], article["narration"], article["sentences"]) == (None, None, [])


async def test_finished_article_has_all_that_was_made_from_it(api: Api) -> None:
    article_id = written(api, api.key.owner_id)
    connection = api.engine.connection
    store.save_annotation(connection, article_id, ANNOTATION)
    store.save_translation(connection, article_id, Translation(language="en", sentences=["Day!"], provenance=BY))
    paragraphs = [NarratedParagraph(key="p.flac", offset_ms=0, duration_ms=900)]
    narration = Narration(key="a.mp3", duration_ms=900, voice="Kore", paragraphs=paragraphs, provenance=BY)
    store.save_narration(connection, article_id, narration)
    timing = SentenceTiming(time=(10, 800), tokens=[(10, 400), None, None])
    store.save_alignment(
        connection, article_id, Alignment(sentences=[timing], coverage=1.0, warnings=[], provenance=BY)
    )
    article = (await api.mine.get(f"/api/articles/{article_id}")).json()
    assert article["annotation"]["profile"]["estimated_level"] == "A1"
    assert article["annotation"]["useful_words"][0]["lemma"] == "Tag"
    assert article["translation"]["language"] == "en"
    assert article["narration"]["url"] == "memory:a.mp3?seconds=3600"
    assert article["narration"]["expires_at"] == "2026-03-01T13:00:00Z"
    assert article["alignment"]["coverage"] == 1.0
    (sentence,) = article["sentences"]
    assert (sentence["translation"], sentence["start_ms"], sentence["end_ms"]) == ("Day!", 10, 800)
    assert sentence["tokens"][0] == {
        "start": 0,
        "end": 3,
        "text": "Tag",
        "lemma": "Tag",
        "pos": "NOUN",
        "pos_source": "hanta",
        "zipf": 5.4,
        "band": "5+",
        "reading": None,
        "start_ms": 10,
        "end_ms": 400,
    }


async def test_article_of_somebody_else_is_not_there(api: Api) -> None:
    article_id = written(api, api.key.owner_id)
    assert (await api.theirs.get(f"/api/articles/{article_id}")).status_code == 404
    assert (await api.mine.get(f"/api/articles/{uuid4()}")).json()["code"] == "not_found"
