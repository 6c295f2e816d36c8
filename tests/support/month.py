"""A learner who studies through the API on a clock of the test's, and writes down what was answered."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
from fsrs import Card, Rating, Scheduler
from limits.aio.storage import MemoryStorage

from services.api.auth import Caller, KeyRing, Plan, Scope, secret_hash
from services.api.database import Database
from services.api.limits.storage import Windows
from shared.learning.scheduling import RATINGS, Grade, _spread
from tests.support.api import TOKENS, KeysInMemory, application, client, lonely_resources, started
from tests.support.jobs import Engine

KEY = "pk_of-a-diligent-learner"
TIRELESS = Plan("premium", 10_000_000, 10_000_000, 1000)
ACCOUNT = "INSERT INTO accounts (id, name, plan) VALUES ($1, 'learner', 'premium')"
THINKING = timedelta(seconds=20)  # about a card
GRADES: tuple[Grade, ...] = ("again", "hard", "good", "good", "good", "easy")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the learner answered, as clients send it."""

    id: UUID
    card_id: UUID
    rating: Grade
    reviewed_at: datetime
    duration_ms: int = 4000


class Learner:
    """Somebody who learns, with a diary of all answers that were not taken back."""

    def __init__(self, http: httpx.AsyncClient, engine: Engine, owner_id: UUID, start: datetime) -> None:
        self.http, self.engine, self.owner_id = http, engine, owner_id
        self.now = start
        self.diary: list[Answer] = []
        self._chance = Random(7)  # noqa: S311 - grades, not secrets

    async def get(self, path: str) -> Any:
        """What the API shows."""
        return _good(await self.http.get(path))

    async def send(self, method: str, path: str, body: object = None) -> Any:
        """What the API answers."""
        return _good(await self.http.request(method, path, json=msgspec.to_builtins(body)))

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

    def given_on(self, begin: datetime, end: datetime) -> list[Answer]:
        """The diary of a time."""
        return [answer for answer in self.diary if begin <= answer.reviewed_at < end]


def _good(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A card as `fsrs` alone has it."""

    stability: float | None
    difficulty: float | None
    due: datetime
    reviews: int
    lapses: int
    states: list[int]
    """Before each answer, 0 for a card that is new."""


def replay(card_id: UUID, diary: list[Answer], *, retention: float = 0.9) -> Replayed:
    """Tell a card's answers to `fsrs`, in the order in which they were given; then move its day as we do."""
    fsrs = Scheduler(desired_retention=retention, enable_fuzzing=False)
    card, states, lapses = Card(card_id=1), list[int](), 0
    answers = sorted((each for each in diary if each.card_id == card_id), key=lambda each: (each.reviewed_at, each.id))
    for answer in answers:
        states.append(int(card.state) if states else 0)
        lapses += states[-1] == 2 and answer.rating == "again"
        card, _ = fsrs.review_card(card, Rating(RATINGS[answer.rating]), answer.reviewed_at)
    due = card.due
    if card.last_review is not None:
        due = card.last_review + _spread(card.due - card.last_review, card_id, len(answers) - 1)
    return Replayed(
        stability=card.stability,
        difficulty=card.difficulty,
        due=due,
        reviews=len(answers),
        lapses=lapses,
        states=states,
    )


@asynccontextmanager
async def new_learner(engine: Engine, start: datetime) -> AsyncIterator[Learner]:
    """A learner with an account and nothing else, over the API in this process; its clock is the learner's."""
    owner_id = uuid4()
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
            key_ring=KeyRing(KeysInMemory({secret_hash(KEY): caller}), TOKENS.read),
            windows=Windows(MemoryStorage()),
            now=lambda: learner.now,
        )
        app = application(resources)
        await stack.enter_async_context(started(app))
        learner = Learner(await stack.enter_async_context(client(app, KEY)), engine, owner_id, start.astimezone(UTC))
        yield learner
