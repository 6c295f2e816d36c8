"""A learner's app on a running stack: it has an address and a password, and speaks HTTP."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

PASSWORD = "long enough for a learner"
PATIENCE = 90.0  # seconds for a job on a busy machine
BINARY = {"Content-Type": "application/octet-stream"}


class App:
    """Somebody who is signed in. Answers that are no success fail the test."""

    def __init__(self, http: httpx.Client, email: str) -> None:
        self.http, self.email = http, email

    def get(self, path: str) -> Any:
        """What the API shows."""
        return _good(self.http.get(path))

    def send(self, method: str, path: str, **body: object) -> Any:
        """What the API answers to a body."""
        return _good(self.http.request(method, path, json=body))

    def page_through(self, path: str) -> list[dict[str, Any]]:
        """All items of a list."""
        page = self.get(f"{path}?page_size=1000")
        found: list[dict[str, Any]] = page["items"]
        while token := page["next_page_token"]:
            page = self.get(f"{path}?page_size=1000&page_token={token}")
            found += page["items"]
        return found

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job once it is done; it must have succeeded."""
        deadline = time.monotonic() + PATIENCE
        while not job["done"] and time.monotonic() < deadline:
            job = self.get(f"/api/jobs/{job['id']}?wait=30")
        assert job["status"] == "succeeded", job
        return job

    def upload(self, body: bytes) -> str:
        """Upload a file; its id."""
        return str(_good(self.http.post("/api/imports/uploads", content=body, headers=BINARY))["id"])

    def imported(self, **order: object) -> dict[str, Any]:
        """Take a file in; what came of it, and the `rows` of its report."""
        job = self.ended(self.send("POST", "/api/imports", **order))
        view: dict[str, Any] = self.get(f"/api/imports/{job['id']}")
        return view | {"rows": [json.loads(line) for line in httpx.get(view["report_url"]).text.splitlines()]}

    def exported(self, job: dict[str, Any]) -> zipfile.ZipFile:
        """What an export holds."""
        view = self.get(f"/api/exports/{self.ended(job)['id']}")
        return zipfile.ZipFile(io.BytesIO(httpx.get(view["url"]).content))

    def answer(self, card_ids: list[str], days_ago: int = 0) -> list[dict[str, object]]:
        """Answers to cards, as they are sent."""
        at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
        return [{"id": str(uuid4()), "card_id": card, "rating": "good", "reviewed_at": at} for card in card_ids]


def _good(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None


@contextmanager
def registered(api_url: str, name: str) -> Iterator[App]:
    """Somebody new, signed in with the password."""
    email = f"{name}-{uuid4().hex}@example.org"
    with httpx.Client(base_url=api_url, timeout=PATIENCE) as http:
        app = App(http, email)
        app.send("POST", "/api/auth/register", email=email, password=PASSWORD, name=name)
        token = app.send("POST", "/api/auth/login", email=email, password=PASSWORD)["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield app
