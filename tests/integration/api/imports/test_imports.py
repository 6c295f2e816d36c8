"""Files on their way in and out: who may, what is refused, and what came of it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from botocore.exceptions import EndpointConnectionError
from litestar.exceptions import InternalServerException

from services.api.imports.uploads import Room, receive, require_uploads
from services.api.problems import ApiError
from shared.jobs.model import Succeeded
from shared.learning.transfers import MOST_UPLOAD, PIECE, DeckImport, PreviewTable, WordsImport, manifest_key, piece_key
from tests.integration.api.conftest import Api
from tests.support.api import application, lonely_resources
from tests.support.memory_blobs import MemoryBlobs
from tests.support.people import new_key, new_person
from tests.support.studying import in_bank, new_pair

PAIR = "INSERT INTO language_pairs (id, owner_id, language, native_language) VALUES ($1, $2, 'de', 'en')"
INPUT = "SELECT kind, bulk, input FROM jobs WHERE id = $1"
BINARY = {"Content-Type": "application/octet-stream"}
MEDIUM = (
    "INSERT INTO entry_media (entry_id, name, owner_id, key, content_type, size) VALUES ($1, 'a', $2, $3, 'a/b', $4)"
)


def pair_of(api: Api) -> str:
    pair = uuid4()
    api.engine.connection.execute(PAIR, (pair, api.key.owner_id))
    return str(pair)


async def uploaded(client: httpx.AsyncClient, body: bytes = b"Hund,dog\n") -> str:
    answer = await client.post("/api/imports/uploads", content=body, headers=BINARY)
    assert answer.status_code == 201
    assert answer.json()["size"] == len(body)
    return str(answer.json()["id"])


def medium(api: Api, owner: UUID, size: int, words: int = 1) -> None:
    """A recording of somebody's that so many words show."""
    connection, key = api.engine.connection, f"imports/{uuid4()}"
    pair = new_pair(connection, owner)
    for _ in range(words):
        entry = in_bank(connection, owner, pair, f"Wort{uuid4().hex}")
        connection.execute(MEDIUM, (entry, owner, key, size))


def plan_of(api: Api, storage_bytes: int) -> None:
    """Let the caller's plan, and nobody else's, give so much room; before the key is used."""
    connection, name = api.engine.connection, f"plan-{uuid4().hex}"
    connection.execute("INSERT INTO plans VALUES ($1, 6000, 600, 10, $2)", (name, storage_bytes))
    connection.execute("UPDATE accounts SET plan = $2 WHERE id = $1", (api.key.owner_id, name))


async def words_order(api: Api, **changes: object) -> dict[str, Any]:
    upload, pair = await uploaded(api.mine), pair_of(api)
    return {"upload_id": upload, "kind": "words", "pair_id": pair, "columns": {"lemma": 0}, **changes}


def stored(api: Api, job_id: str) -> dict[str, Any]:
    row = api.engine.connection.execute(INPUT, (UUID(job_id),)).fetchone()
    assert row is not None
    return row


def memory(api: Api) -> MemoryBlobs:
    assert isinstance(api.resources.blobs, MemoryBlobs)
    return api.resources.blobs


def finish(api: Api, job_id: str, step: str, **output: object) -> None:
    job = UUID(job_id)
    api.engine.tell(job, Succeeded(step, api.engine.token(job, step), output))


async def test_an_upload_lies_in_pieces_and_counts_when_all_are_there(api: Api) -> None:
    body = bytes(PIECE) + b"the rest"
    upload = UUID(await uploaded(api.mine, body))
    blobs, owner = api.resources.blobs, api.key.owner_id
    assert blobs.get(piece_key(owner, upload, 0)) + blobs.get(piece_key(owner, upload, 1)) == body
    assert msgspec.json.decode(blobs.get(manifest_key(owner, upload))) == {"size": len(body), "pieces": 2}


class AwayBlobs(MemoryBlobs):
    """A store that nobody reaches."""

    def put(self, key: str, *_: object) -> None:
        raise EndpointConnectionError(endpoint_url=key)

    def size(self, key: str) -> int | None:
        raise EndpointConnectionError(endpoint_url=key)


def room(*left: int) -> Room:
    """Says one after the other; without any there is always enough."""
    rest = iter(left)

    async def ask() -> int:
        return next(rest) if left else MOST_UPLOAD

    return ask


async def test_while_the_object_store_is_away_the_answer_is_503() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"Hund,dog"

    with pytest.raises(ApiError) as putting:
        await receive(AwayBlobs(), uuid4(), body(), room())
    with pytest.raises(ApiError) as looking:
        await require_uploads(AwayBlobs(), uuid4(), [uuid4()])
    assert [raised.value.status for raised in (putting, looking)] == [503, 503]


async def test_an_empty_upload_is_refused(api: Api) -> None:
    answer = await api.mine.post("/api/imports/uploads", content=b"", headers=BINARY)
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")


async def test_too_much_is_refused_while_it_comes_and_nothing_of_it_stays() -> None:
    blobs, asked = MemoryBlobs(), 0

    async def endless() -> Any:
        nonlocal asked
        while True:
            asked += 1
            yield bytes(PIECE)

    with pytest.raises(ApiError) as refused:
        await receive(blobs, uuid4(), endless(), room(), most=3 * PIECE)
    assert (refused.value.status, refused.value.code, asked) == (413, "body_too_large", 4)
    assert blobs.objects == {}


async def test_there_is_room_for_as_much_as_the_plan_gives(api: Api) -> None:
    plan_of(api, 1_000)
    await uploaded(api.theirs, b"x" * 2_000)
    others = len(memory(api).objects)
    medium(api, new_person(api.engine.connection, "other").id, 2_000)
    medium(api, api.key.owner_id, 500, words=3)
    await uploaded(api.mine, b"x" * 300)
    before = dict(memory(api).objects)
    refused = await api.mine.post("/api/imports/uploads", content=b"x" * 200, headers=BINARY)
    assert (refused.status_code, refused.json()["code"]) == (409, "storage_full")
    assert memory(api).objects == before
    left = 1_000 - 500 - sum(map(len, list(before.values())[others:]))
    await uploaded(api.mine, b"x" * left)
    assert (await api.mine.post("/api/imports/uploads", content=b"x", headers=BINARY)).status_code == 409
    assert (await api.mine.get("/api/auth/me")).json()["plan"]["storage_bytes"] == 1_000


async def test_what_does_not_fit_is_refused_while_it_comes_and_nothing_of_it_stays() -> None:
    blobs, asked = MemoryBlobs(), 0

    async def endless() -> Any:
        nonlocal asked
        while True:
            asked += 1
            yield bytes(PIECE)

    with pytest.raises(ApiError) as refused:
        await receive(blobs, uuid4(), endless(), room(2 * PIECE))
    assert (refused.value.status, refused.value.code, asked) == (409, "storage_full", 3)
    assert blobs.objects == {}


async def test_of_two_uploads_at_the_same_moment_the_one_that_makes_it_too_much_is_refused() -> None:
    blobs = MemoryBlobs()

    async def body() -> AsyncIterator[bytes]:
        yield b"Hund,dog"

    with pytest.raises(ApiError, match="storage_full"):
        await receive(blobs, uuid4(), body(), room(8, -1))
    assert blobs.objects == {}
    await receive(blobs, uuid4(), body(), room(8, 0))


async def test_of_an_upload_that_ends_in_the_middle_nothing_stays() -> None:
    blobs = MemoryBlobs()

    async def interrupted() -> AsyncIterator[bytes]:
        yield bytes(PIECE)
        assert len(blobs.objects) == 1
        raise InternalServerException  # what a client that goes away is to Litestar

    with pytest.raises(InternalServerException):
        await receive(blobs, uuid4(), interrupted(), room())
    assert blobs.objects == {}


def test_the_document_says_what_an_upload_is() -> None:
    paths = application(lonely_resources()).openapi_schema.to_schema()["paths"]
    body = paths["/api/imports/uploads"]["post"]["requestBody"]
    assert body["required"] is True
    assert list(body["content"]) == ["application/octet-stream"]
    assert str(MOST_UPLOAD) in body["description"]


async def test_an_announced_size_beyond_the_limit_is_refused_before_anything_is_read(api: Api) -> None:
    headers = BINARY | {"Content-Length": str(201 * 1024**2)}
    answer = await api.mine.post("/api/imports/uploads", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_words_are_ordered_as_a_job_that_waits_behind_others(api: Api) -> None:
    order = await words_order(api, columns={"lemma": 0, "translation": 1}, header=False, directions=["recognition"])
    answer = await api.mine.post("/api/imports", json=order)
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/jobs/{answer.json()['id']}"
    row = stored(api, answer.json()["id"])
    assert (row["kind"], row["bulk"]) == ("import_words", True)
    given = msgspec.convert(row["input"], WordsImport)
    assert (str(given.upload_id), str(given.pair_id)) == (order["upload_id"], order["pair_id"])
    assert (given.columns.translation, given.header, given.directions) == (1, False, ("recognition",))


async def test_the_same_key_is_the_same_import(api: Api) -> None:
    order = await words_order(api)
    first = await api.mine.post("/api/imports", json=order, headers={"Idempotency-Key": "once"})
    again = await api.mine.post("/api/imports", json=order, headers={"Idempotency-Key": "once"})
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await api.mine.post("/api/imports", json=order | {"header": False}, headers={"Idempotency-Key": "once"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_deck_is_ordered_with_the_fields_of_its_note_types(api: Api) -> None:
    types = {"Basic": {"lemma": "Front", "translation": "Back", "directions": ["production"]}}
    order = await words_order(api, kind="deck", note_types=types)
    del order["columns"]
    answer = await api.mine.post("/api/imports", json=order)
    given = msgspec.convert(stored(api, answer.json()["id"])["input"], DeckImport)
    assert (given.note_types["Basic"].lemma, given.note_types["Basic"].directions) == ("Front", ("production",))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "deck"}, "note_types"),
        ({"columns": None}, "columns"),
        ({"pair_id": None}, "pair_id"),
        ({"columns": {"lemma": -1}}, "columns"),
        ({"columns": {"translation": 1}}, "columns.lemma"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_an_order_that_cannot_be_is_refused(api: Api, changes: dict[str, object], field: str) -> None:
    answer = await api.mine.post("/api/imports", json=await words_order(api, **changes))
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert answer.json()["errors"][0]["field"].startswith(field)


async def test_somebody_elses_upload_or_pair_is_not_there(api: Api) -> None:
    mine = await words_order(api)
    theirs = await api.theirs.post("/api/imports", json=mine)
    assert (theirs.status_code, theirs.json()["code"]) == (404, "not_found")
    stolen = await api.theirs.post("/api/imports/preview", json={"upload_id": mine["upload_id"], "kind": "words"})
    assert (stolen.status_code, stolen.json()["code"]) == (404, "not_found")
    foreign = mine | {"upload_id": await uploaded(api.theirs)}
    assert (await api.mine.post("/api/imports", json=foreign)).status_code == 404


async def test_sentences_are_for_admins(api: Api) -> None:
    order = {"upload_id": await uploaded(api.mine), "kind": "sentences"}
    answer = await api.mine.post("/api/imports", json=order)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_what_came_of_an_import_is_told_with_its_report(api: Api) -> None:
    job_id = (await api.mine.post("/api/imports", json=await words_order(api))).json()["id"]
    before = (await api.mine.get(f"/api/imports/{job_id}")).json()
    assert (before["job"]["done"], before["counts"], before["report_url"]) == (False, {}, None)
    finish(api, job_id, "import_words", counts={"new": 3}, report_key="a/report.jsonl")
    after = (await api.mine.get(f"/api/imports/{job_id}")).json()
    assert (after["job"]["done"], after["counts"]) == (True, {"new": 3})
    assert after["report_url"] == "memory:a/report.jsonl?seconds=600"
    assert (await api.theirs.get(f"/api/imports/{job_id}")).status_code == 404
    assert (await api.mine.get(f"/api/exports/{job_id}")).status_code == 404


async def test_a_look_into_a_file_is_shown_until_it_is_swept(api: Api) -> None:
    order = {"upload_id": await uploaded(api.mine), "kind": "words"}
    job_id = (await api.mine.post("/api/imports/preview", json=order)).json()["id"]
    table = PreviewTable(name="", columns=["Wort"], rows=[["Hund"]])
    api.resources.blobs.put("a/preview.json", msgspec.json.encode([table]), "application/json")
    finish(api, job_id, "preview_import", counts={}, preview_key="a/preview.json")
    shown = (await api.mine.get(f"/api/imports/{job_id}")).json()["preview"]
    assert shown == [{"name": "", "columns": ["Wort"], "rows": [["Hund"]], "templates": []}]
    api.resources.blobs.delete("a/preview.json")
    assert (await api.mine.get(f"/api/imports/{job_id}")).json()["preview"] is None


async def test_an_export_is_ordered_and_fetched(api: Api) -> None:
    answer = await api.mine.post("/api/exports", json={"format": "apkg"})
    job_id = answer.json()["id"]
    assert (answer.status_code, stored(api, job_id)["input"]) == (202, {"format": "apkg"})
    finish(api, job_id, "export_learner", counts={"notes": 2}, archive_key="a/x.apkg", archive_name="x.apkg")
    shown = (await api.mine.get(f"/api/exports/{job_id}")).json()
    assert (shown["name"], shown["url"], shown["counts"]) == ("x.apkg", "memory:a/x.apkg?seconds=600", {"notes": 2})
    assert (await api.theirs.get(f"/api/exports/{job_id}")).status_code == 404
    refused = await api.mine.post("/api/exports", json={"format": "pdf"})
    assert (refused.status_code, refused.json()["code"]) == (400, "input_invalid")


async def test_a_key_that_may_only_read_begins_no_export(api: Api) -> None:
    reader = {"Authorization": f"Bearer {new_key(api.engine.connection, api.key.owner_id, ['read'])}"}
    refused = await api.mine.get("/api/auth/me/export", headers=reader)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert 'scope="write"' in refused.headers["WWW-Authenticate"]
    assert api.engine.connection.execute("SELECT 1 FROM jobs").rowcount == 0
    begun = await api.mine.get("/api/auth/me/export")
    found = await api.mine.get("/api/auth/me/export", headers=reader)
    assert (found.status_code, found.json()["id"]) == (202, begun.json()["id"])


async def test_asking_twice_for_all_that_is_kept_asks_for_the_same(api: Api) -> None:
    deck = await api.mine.post("/api/exports", json={"format": "apkg"})
    first = await api.mine.get("/api/auth/me/export")
    assert first.json()["id"] != deck.json()["id"]
    again = await api.mine.get("/api/auth/me/export")
    theirs = await api.theirs.get("/api/auth/me/export")
    assert (first.status_code, first.json()["id"]) == (202, again.json()["id"])
    assert theirs.json()["id"] != first.json()["id"]
    assert stored(api, first.json()["id"])["kind"] == "export_learner"
