"""A stack without processes: an API that answers from a script, for the demo's client."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from deploy.local.events import SupervisorEvent
from services.cli.answers import ReadArticle

JOB_ID = "0192f0c1-0000-7000-8000-000000000002"
ARTICLE_ID = "0192f0c1-0000-7000-8000-000000000001"
AUDIO_URL = "http://127.0.0.1:1/audio.mp3"
PROVIDERS = ("anthropic", "gemini", "deepgram", "deepl")
STEPS = {
    "write_text": "generation",
    "annotate_text": "nlp",
    "translate_text": "nlp",
    "narrate_text": "tts",
    "align_audio": "stt",
}


def step(name: str, status: str = "succeeded", **changes: object) -> dict[str, Any]:
    """A step as the API tells it."""
    ended = status == "succeeded"
    answer = {"name": name, "service": STEPS[name], "status": status, "attempt": 1, "failures": 0, "crashes": 0}
    return answer | {"done": 0, "total": 0, "message": "", "seconds": 1.5 if ended else None, "error": None} | changes


def job(status: str = "succeeded", steps: list[dict[str, Any]] | None = None, **changes: object) -> dict[str, Any]:
    """A job as the API tells it; it has an article unless `result=None`."""
    steps = [step(name) for name in STEPS] if steps is None else steps
    cost = {"micro_usd": 12_345, "charged_micro_usd": 0, "calls": 6, "sandbox": True}
    answer = {"id": JOB_ID, "kind": "write_article", "status": status, "done": status not in {"queued", "running"}}
    made = {"article": {"id": ARTICLE_ID, "url": f"/api/articles/{ARTICLE_ID}"}}
    return answer | {"progress": {"percent": 0, "steps": steps}, "error": None, "result": made, "cost": cost} | changes


class ScriptedApi(httpx.BaseTransport):
    """Answers polls with `states`, one each, the last for ever; `trouble` is raised or answered before anything else.

    After a cancel the job is told as cancelled.
    """

    def __init__(self, states: list[dict[str, Any]], article: ReadArticle, audio: bytes = b"MP3") -> None:
        self.states = list(states)
        self.article = article
        self.audio = audio
        self.trouble: list[httpx.Response | Exception] = []
        self.on_poll: Callable[[], None] = lambda: None
        self.orders: list[dict[str, Any]] = []
        self.requests: list[httpx.Request] = []
        self.cancelled = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the API and the object store do."""
        self.requests.append(request)
        if self.trouble:
            trouble = self.trouble.pop(0)
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        if str(request.url) == AUDIO_URL:
            return httpx.Response(200, content=self.audio)
        return self._api(request)

    def _api(self, request: httpx.Request) -> httpx.Response:
        match request.method, request.url.path.removeprefix("/api/"):
            case "POST", "generation/articles":
                self.orders.append(json.loads(request.content))
                return httpx.Response(202, json=job("queued", [], result=None))
            case "POST", path if path == f"jobs/{JOB_ID}/cancel":
                self.cancelled = True
                return httpx.Response(202, json=job("cancelled", []))
            case "GET", path if path == f"jobs/{JOB_ID}":
                return self._poll(request)
            case "GET", path if path == f"articles/{ARTICLE_ID}":
                return httpx.Response(200, content=msgspec.json.encode(self.article))
        return httpx.Response(404)

    def _poll(self, request: httpx.Request) -> httpx.Response:
        self.on_poll()
        if self.cancelled:
            return httpx.Response(200, json=job("cancelled", []), headers={"ETag": '"cancelled"'})
        known = request.headers.get("If-None-Match", "")
        place = min(int(known.strip('"')) + 1 if known else 0, len(self.states) - 1)
        etag = f'"{place}"'
        if known == etag:
            return httpx.Response(304, headers={"ETag": etag})
        return httpx.Response(200, json=self.states[place], headers={"ETag": etag})


class FakeStack(msgspec.Struct):
    """A stack that only has an address and a history."""

    history: list[SupervisorEvent] = []
    providers: dict[str, str] = msgspec.field(default_factory=lambda: dict.fromkeys(PROVIDERS, "sandbox"))
    api_url: str = "http://127.0.0.1:1"
    api_key: str = "pk_demo"
    log_folder: Path = Path("logs")

    def events(self) -> list[SupervisorEvent]:
        """Every death and restart."""
        return list(self.history)
