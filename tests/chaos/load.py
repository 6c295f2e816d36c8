"""What clients ask of the stack meanwhile: articles, batches, cancels and retries, and providers that misbehave.

Every order carries an idempotency key and is sent again until it is answered, as a patient client does. What the API
acknowledged is written down.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from random import Random
from typing import Any, Final
from uuid import UUID, uuid4

import httpx

PATIENCE = 90.0  # seconds for which an order is sent again
LENGTH = 60  # words of an article
MOST_OPEN = 40  # orders under way, beyond which no more are made
RETRY_AFTER = 1  # seconds that a throttling provider asks for
STORY = (
    "Anna kauft {} Äpfel und {} Birnen auf dem Markt. Danach fährt sie mit der Linie {} nach Hause."
    " Ihre Nachbarin wartet seit {} Minuten vor der Tür. Zusammen kochen sie eine Suppe für {} Gäste."
    " Am Abend lesen sie {} Seiten in einem alten Buch. Um Mitternacht schlafen alle {} Kinder im Haus."
)
QUIET: Final[tuple[dict[str, Any], ...]] = (
    {"provider": "anthropic", "kind": "status", "status": 500},
    {"provider": "anthropic", "kind": "dropped"},
    {"provider": "anthropic", "kind": "dropped_midway"},
    {"provider": "anthropic", "kind": "truncated"},
    {"provider": "gemini", "kind": "empty_audio"},
    {"provider": "gemini", "kind": "status", "status": 503},
    {"provider": "deepgram", "kind": "status", "status": 502},
    {"provider": "deepgram", "kind": "dropped"},
    {"provider": "deepl", "kind": "status", "status": 500},
    {"provider": "deepl", "kind": "truncated", "path": "/translate"},
)
"""Faults that fail one call."""
THROTTLING: Final[tuple[dict[str, Any], ...]] = (
    {"provider": "anthropic", "kind": "status", "status": 529, "retry_after": RETRY_AFTER},
    {"provider": "anthropic", "kind": "status", "status": 429, "retry_after": RETRY_AFTER},
    {"provider": "gemini", "kind": "status", "status": 429, "retry_after": RETRY_AFTER},
    {"provider": "deepgram", "kind": "status", "status": 429, "retry_after": RETRY_AFTER},
)
"""Faults that pause a queue."""
HALF_JSON = frozenset({"gemini", "deepl", "deepgram"})
"""Providers whose truncated answer is billed and, being no JSON, in nobody's ledger."""


class Sandbox:
    """The providers' control desk.

    Args:
        url: The sandbox's.
    """

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=10.0, trust_env=False)
        self._half_json = 0

    def misbehave(self, *faults: dict[str, Any]) -> None:
        """Let something go wrong."""
        self._client.post("/admin/faults", json=list(faults)).raise_for_status()
        self._half_json += sum(fault["kind"] == "truncated" and fault["provider"] in HALF_JSON for fault in faults)

    def behave(self) -> None:
        """Nothing goes wrong any more."""
        self._half_json -= self._half_json_waiting()
        self._client.delete("/admin/faults").raise_for_status()

    def billed(self) -> int:
        """Answers that real providers would have billed, without those that no ledger can know."""
        calls = self._client.get("/admin/calls").raise_for_status().json()
        return sum(int(of["answered"]) for of in calls.values()) - (self._half_json - self._half_json_waiting())

    def _half_json_waiting(self) -> int:
        faults = self._client.get("/admin/faults").raise_for_status().json()
        return sum(fault["kind"] == "truncated" and fault["provider"] in HALF_JSON for fault in faults)


class Client:
    """One patient client of the API with a key of its own.

    Args:
        url: The API's.
        key: Its API key.
        random: Decides what it asks.
        end: Set when all is over: nothing is sent again any more.
    """

    def __init__(self, url: str, key: str, random: Random, end: threading.Event) -> None:
        self._http = httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=20.0, trust_env=False)
        self._random = random
        self._end = end
        self._lock = threading.Lock()
        self.acknowledged: list[UUID] = []
        self.batches: dict[UUID, int] = {}
        """How many articles each has."""
        self.unanswered = 0

    def order(self, *, narrate: bool = True, topic: str | None = None) -> UUID | None:
        """Order an article; the job's id once the API has acknowledged it."""
        answer = self._insist("/api/generation/articles", self._article(narrate=narrate, topic=topic))
        return None if answer is None else self._note(UUID(answer["id"]))

    def batch(self, items: int) -> UUID | None:
        """Order that many articles at once."""
        articles = [self._article(narrate=False) for _ in range(items)]
        answer = self._insist("/api/generation/batches", {"name": "chaos", "items": articles})
        if answer is None:
            return None
        batch_id = UUID(answer["id"])
        self.batches[batch_id] = items
        return batch_id

    def change(self, path: str) -> int:
        """Ask once for a cancel or a retry; the status, 0 if there was no answer."""
        try:
            answer = self._http.post(path)
        except httpx.HTTPError:
            return 0
        if answer.status_code == HTTPStatus.ACCEPTED and path.startswith("/api/jobs/"):
            self._note(UUID(answer.json()["id"]))
        return answer.status_code

    def some_job(self) -> UUID | None:
        """One of those that it ordered lately."""
        with self._lock:
            return self._random.choice(self.acknowledged[-30:]) if self.acknowledged else None

    def _note(self, job_id: UUID) -> UUID:
        with self._lock:
            self.acknowledged.append(job_id)
        return job_id

    def _article(self, *, narrate: bool, topic: str | None = None) -> dict[str, Any]:
        about = {"topic": topic} if topic else {"source_text": self._story()}
        return {"language": "de", "level": "A2", "native_language": "en", "length": LENGTH, "narrate": narrate, **about}

    def _story(self) -> str:
        """A text that nobody has asked about before, so that no step is served from memory."""
        with self._lock:
            numbers = [self._random.randrange(11, 10**5) for _ in range(STORY.count("{}"))]
        return STORY.format(*numbers)

    def _insist(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Post with one key until it is acknowledged; null if that never happened."""
        headers = {"Idempotency-Key": str(uuid4())}
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not self._end.is_set():
            with suppress(httpx.HTTPError):
                answer = self._http.post(path, json=body, headers=headers)
                if answer.status_code == HTTPStatus.ACCEPTED:
                    return dict(answer.json())
                if answer.is_client_error and answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                    raise AssertionError(answer.text)
            time.sleep(0.3)
        self.unanswered += 1
        return None


class Load:
    """Threads that keep asking, until `stop`.

    Args:
        clients: Who asks.
        sandbox: Whose providers misbehave now and then.
        random: Decides.
        open_jobs: How many jobs are under way.
        end: Set when all is over.
    """

    def __init__(
        self,
        clients: list[Client],
        sandbox: Sandbox,
        random: Random,
        open_jobs: Callable[[], int],
        end: threading.Event,
    ) -> None:
        self.clients = clients
        self.sandbox = sandbox
        self.paused = False
        """Nothing is ordered while it is set."""
        self.faults = QUIET
        """What providers do now and then; whoever measures a gap does not want queues to pause."""
        self.end = end
        self._random = random
        self._open_jobs = open_jobs
        habits = (
            (self._learn, 1.0),
            (self._learn, 1.3),
            (self._order_many, 7.0),
            (self._cancel, 2.5),
            (self._retry, 3.0),
        )
        self._threads = [threading.Thread(target=self._keep, args=habit, daemon=True) for habit in habits]
        self._threads.append(threading.Thread(target=self._keep, args=(self._spoil, 1.2), daemon=True))
        self.failures: list[str] = []

    def start(self) -> None:
        """Begin to ask."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask no more, and let providers behave."""
        self.end.set()
        for thread in self._threads:
            thread.join()
        self.sandbox.behave()

    def _keep(self, habit: Callable[[Client], None], every: float) -> None:
        while not self.end.wait(every * self._random.uniform(0.5, 1.5)):
            if self.paused:
                continue
            try:
                habit(self._random.choice(self.clients))
            except (AssertionError, httpx.HTTPError) as error:  # shown in the report, and a violation there
                self.failures.append(repr(error)[:500])

    def _learn(self, client: Client) -> None:
        if self._open_jobs() < MOST_OPEN:
            client.order(narrate=self._random.random() < 0.5)

    def _order_many(self, client: Client) -> None:
        if self._open_jobs() < MOST_OPEN:
            client.batch(self._random.randrange(3, 12))

    def _cancel(self, client: Client) -> None:
        if job := client.some_job():
            client.change(f"/api/jobs/{job}/cancel")

    def _retry(self, client: Client) -> None:
        if job := client.some_job():
            client.change(f"/api/jobs/{job}/retry")

    def _spoil(self, _: Client) -> None:
        self.sandbox.misbehave(self._random.choice(self.faults))
