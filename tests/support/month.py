"""A learner who studies through the API on a clock of the test's, and writes down what was answered."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
from limits.aio.storage import MemoryStorage

from services.api.auth import Caller, KeyRing, Plan, Scope, secret_hash
from services.api.database import Database
from services.api.limits.storage import Windows
from shared.learning.scheduling import Grade
from tests.support.api import TOKENS, KeysInMemory, application, client, lonely_resources, started
from tests.support.jobs import Engine
from tests.support.memory_blobs import MemoryBlobs
from tests.support.month_replay import Answer, Past
from tests.support.month_workers import Workers

KEY = "pk_of-a-diligent-learner"
TIRELESS = Plan("premium", 10_000_000, 10_000_000, 1000)
ACCOUNT = "INSERT INTO accounts (id, name, plan) VALUES ($1, 'learner', 'premium')"
THINKING = timedelta(seconds=20, microseconds=700)  # about a card; Anki knows milliseconds
GRADES: tuple[Grade, ...] = ("again", "hard", "good", "good", "good", "easy")


class Learner:
    """Somebody who learns, with a diary of all answers that were not taken back."""

    def __init__(self, http: httpx.AsyncClient, workers: Workers, engine: Engine, owner_id: UUID) -> None:
        self.http, self.workers, self.engine, self.owner_id = http, workers, engine, owner_id
        self.now: datetime
        self.diary: list[Answer] = []
        self.past: dict[UUID, Past] = {}
        """What Anki knew of cards that it brought, by their ids."""
        self._chance = Random(7)  # noqa: S311 - grades, not secrets

    async def get(self, path: str) -> Any:
        """What the API shows."""
        return _good(await self.http.get(path))

    async def send(self, method: str, path: str, body: object = None) -> Any:
        """What the API answers."""
        return _good(await self.http.request(method, path, json=msgspec.to_builtins(body)))

    async def order(self, path: str, body: object) -> Any:
        """Order a job and let the workers do it; the job when it is done."""
        job = await self.send("POST", path, body)
        self.workers.perform_all()
        done = await self.get(f"/api/jobs/{job['id']}")
        assert done["status"] == "succeeded", done
        return done

    async def bring(self, package: bytes, **order: object) -> dict[str, int]:
        """Upload a deck and have it taken in; its notes, by what became of them."""
        upload = _good(await self.http.post("/api/imports/uploads", content=package))
        pair = (await self.get("/bff/home"))["pair"]["id"]
        wanted = {"upload_id": upload["id"], "kind": "deck", "pair_id": pair, **order}
        job = await self.order("/api/imports", wanted)
        counts: dict[str, int] = (await self.get(f"/api/imports/{job['id']}"))["counts"]
        return counts

    async def take_out(self, form: str) -> bytes:
        """Have everything exported, and fetch the file."""
        job = await self.order("/api/exports", {"format": form})
        export = await self.get(f"/api/exports/{job['id']}")
        return self.workers.file_at(export["url"])

    async def cards(self) -> list[dict[str, Any]]:
        """All cards."""
        cards: list[dict[str, Any]] = (await self.get("/api/flashcards?page_size=1000"))["items"]
        return cards

    def answer(self, card_id: str, at: datetime | None = None) -> Answer:
        """Think about a card, and write the answer into the diary; nobody else is told."""
        self.now += THINKING
        grade = self._chance.choice(GRADES)
        given = Answer(id=uuid4(), card_id=UUID(card_id), rating=grade, reviewed_at=at or self.now)
        self.diary.append(given)
        return given

    async def review(self, card_id: str) -> Any:
        """Answer a card online."""
        return await self.send("POST", "/api/learning/reviews", self.answer(card_id))

    async def think_again(self) -> None:
        """Take the last answer back, and give another."""
        wrong = self.diary.pop()
        await self.send("POST", f"/api/learning/reviews/{wrong.id}/undo")
        await self.review(str(wrong.card_id))

    async def study(self) -> int:
        """Ask for cards and answer them until today holds no more; how many answers that took."""
        before = len(self.diary)
        while cards := (await self.get("/bff/review?limit=100"))["cards"]:
            for card in cards:
                await self.review(card["id"])
            self.now += timedelta(minutes=11)  # longer than any step of FSRS's defaults
        return len(self.diary) - before


def _good(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None


@asynccontextmanager
async def new_learner(engine: Engine, start: datetime) -> AsyncIterator[Learner]:
    """A learner with an account and nothing else, over the API in this process; its clock is the learner's."""
    owner_id, blobs = uuid4(), MemoryBlobs()
    engine.connection.execute(ACCOUNT, (owner_id,))
    scopes = frozenset[Scope](("read", "write"))
    caller = Caller(owner_id=owner_id, key_id=uuid4(), role="student", plan=TIRELESS, scopes=scopes)
    learner: Learner
    async with AsyncExitStack() as stack:
        database = Database(str(engine.database.conninfo))
        await database.open()
        stack.push_async_callback(database.close)
        resources = lonely_resources(
            database=database,
            engine=engine.database,
            blobs=blobs,
            key_ring=KeyRing(KeysInMemory({secret_hash(KEY): caller}), TOKENS.read),
            windows=Windows(MemoryStorage()),
            now=lambda: learner.now,
        )
        app = application(resources)
        await stack.enter_async_context(started(app))
        http = await stack.enter_async_context(client(app, KEY))
        learner = Learner(http, Workers(engine, blobs), engine, owner_id)
        learner.now = start.astimezone(UTC)
        yield learner
