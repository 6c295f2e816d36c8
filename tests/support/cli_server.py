"""A Parlance server without a server: the command line's requests, answered in memory."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
from typer.testing import CliRunner, Result

from services.api.languages.routes import list_languages
from services.cli.app import app
from services.cli.shell import Shell

URL = "https://parlance.example.org"
KEY = "pk_made-up-for-tests"
ME = {
    "id": "0192f0c1-0000-7000-8000-0000000000aa",
    "email": "ada@example.org",
    "role": "student",
    "plan": {
        "name": "free",
        "requests_per_minute": 60,
        "orders_per_minute": 10,
        "batch_items": 1000,
        "storage_bytes": 2 * 1024**3,
    },
}
BATCHES = "/api/generation/batches"
Handler = Callable[[httpx.Request], httpx.Response]


def problem(status: int, code: str, detail: str = "No.", **members: Any) -> httpx.Response:
    """A refusal as the API gives it."""
    document = {"title": "No", "status": status, "code": code, "detail": detail, "request_id": "req-1"} | members
    return httpx.Response(status, json=document, headers={"Content-Type": "application/problem+json"})


class FakeServer(httpx.BaseTransport):
    """Answers `(method, path)` with a handler; batches are kept by their Idempotency-Key as the API does.

    `trouble` is raised or answered before anything else, one a request to a path of the key.
    """

    def __init__(self, languages: dict[str, Any]) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: dict[tuple[str, str], Handler] = {
            ("GET", "/api/languages"): lambda _: httpx.Response(200, json=languages),
            ("GET", "/api/auth/me"): lambda _: httpx.Response(200, json=ME),
            ("POST", BATCHES): self._order,
        }
        self.before: dict[str, list[httpx.Response | Exception]] = {}
        self.after: dict[str, list[BaseException]] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.statuses: dict[int, tuple[str, str]] = {}
        """Item to its status and error code; the others succeeded."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the API does."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        body = b"".join(request.stream)  # as a network does it: a body that is sent again is read again
        request = httpx.Request(request.method, request.url, headers=request.headers, content=body)
        self.requests.append(request)
        path = request.url.path
        if self.before.get(path):
            trouble = self.before[path].pop(0)
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        handler = self.answers.get((request.method, path), self._batch)
        answer = handler(request)
        if self.after.get(path):
            raise self.after[path].pop(0)
        return answer

    def asked(self, path: str) -> list[httpx.Request]:
        """The requests that came to a path."""
        return [request for request in self.requests if request.url.path == path]

    def _order(self, request: httpx.Request) -> httpx.Response:
        key, body = request.headers["Idempotency-Key"], json.loads(request.content)
        if key not in self.batches:
            number = len(self.batches)
            self.batches[key] = {"id": f"0192f0c1-0000-7000-8000-{number:012}", "items": body["items"]}
        return httpx.Response(202, json=self._view(self.batches[key]))

    def _batch(self, request: httpx.Request) -> httpx.Response:
        for batch in self.batches.values():
            if request.url.path == f"{BATCHES}/{batch['id']}":
                return httpx.Response(200, json=self._view(batch), headers={"ETag": '"1"'})
            if request.url.path == f"{BATCHES}/{batch['id']}/items":
                return httpx.Response(200, json={"items": self._items(), "next_page_token": ""})
        return problem(404, "not_found", "There is no such thing.")

    def _view(self, batch: dict[str, Any]) -> dict[str, Any]:
        counts = {"total": len(batch["items"]), "succeeded": len(batch["items"]) - len(self.statuses)}
        for status, _ in self.statuses.values():
            counts[status] = counts.get(status, 0) + 1
        cost = {"micro_usd": 0, "charged_micro_usd": 0, "calls": 3, "sandbox": True}
        created = "2026-03-01T12:00:00Z"
        return {"id": batch["id"], "name": "", "created_at": created, "done": True, "counts": counts, "cost": cost}

    def _items(self) -> list[dict[str, Any]]:
        job = {"id": "j", "kind": "write_article", "created_at": "2026-03-01T12:00:00Z"}
        return [
            {"item": item, "job": job | {"status": status, "error": {"code": code, "message": "It took too long."}}}
            for item, (status, code) in self.statuses.items()
            if status != "partial"
        ]


class CommandLine:
    """Runs commands in folders of their own against a fake server, without waiting."""

    def __init__(self, server: FakeServer, folder: Path, **environ: str) -> None:
        self.server = server
        self.folder = folder
        self.now = 0.0
        self.pauses: list[float] = []
        self.shell = Shell(
            environ=environ,
            settings=folder / "settings",
            state=folder / "state",
            machine="laptop",
            pause=self._pause,
            clock=lambda: self.now,
            transport=server,
        )

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def __call__(self, *arguments: str, given: str | bytes | None = None) -> Result:
        """Run one command."""
        return CliRunner().invoke(app, list(arguments), obj=self.shell, input=given)


async def languages() -> dict[str, Any]:
    """What the API really says it can do."""
    view = await list_languages.fn()
    return dict(msgspec.to_builtins(view))
