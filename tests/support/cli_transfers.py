"""The API's rooms for imports and exports, for the command line's tests, in the API's own types."""

from typing import Any
from uuid import UUID

import httpx
import msgspec

from services.api.imports.schemas import ExportView, ImportOrder, ImportView, UploadView
from shared.learning.transfers import PreviewTable
from tests.support.cli_learner import answered
from tests.support.cli_server import FakeServer
from tests.support.demo_stack import job, step

UPLOADS = "/api/imports/uploads"
IMPORTS = "/api/imports"
UPLOAD, PREVIEW, IMPORT, EXPORT = (UUID(int=number) for number in (60, 61, 62, 63))
REPORT_URL = "https://objects.example.org/report?signed=1"
ARCHIVE_URL = "https://objects.example.org/archive?signed=1"
TABLE = PreviewTable(name="", columns=["Wort", "Bedeutung"], rows=[["Haus", "house"], ["Hund", "dog"]])
BASIC = PreviewTable(name="Basic", columns=["Front", "Back"], rows=[["Haus", "house"]])
CLOZE = PreviewTable(name="Cloze", columns=["Text", "Extra"], rows=[["Das {{c1::Haus}}", ""]])


def ended(job_id: UUID, kind: str, **changes: Any) -> dict[str, Any]:
    created = {"id": str(job_id), "kind": kind, "created_at": "2026-03-01T12:00:00Z", "result": None}
    steps = [step("write_text") | {"name": kind}]
    return job("succeeded", steps=steps) | created | changes


def view(kind: type[Any], **fields: Any) -> httpx.Response:
    """An answer that has the fields of the API's, and no other."""
    assert set(fields) == set(kind.__struct_fields__)
    return answered(fields)


class TransferRoom:
    """The API's rooms for imports and exports, with one file in them."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.tables = [TABLE]
        self.counts = {"new": 2, "duplicate": 1, "broken": 0}
        self.result = ended(IMPORT, "import_words")
        preview = ended(PREVIEW, "preview_import")
        answers: dict[tuple[str, str], Any] = {
            ("POST", UPLOADS): lambda request: answered(UploadView(id=UPLOAD, size=len(request.content)), 201),
            ("POST", f"{IMPORTS}/preview"): lambda _: answered(preview, 202),
            ("POST", IMPORTS): lambda _: answered(self.result, 202),
            ("GET", f"/api/jobs/{PREVIEW}"): lambda _: answered(preview),
            ("GET", f"/api/jobs/{IMPORT}"): lambda _: answered(self.result),
            ("GET", f"{IMPORTS}/{PREVIEW}"): lambda _: view(
                ImportView, job=preview, counts={}, report_url=None, preview=self.tables
            ),
            ("GET", f"{IMPORTS}/{IMPORT}"): lambda _: view(
                ImportView, job=self.result, counts=self.counts, report_url=REPORT_URL, preview=None
            ),
            ("GET", "/report"): lambda _: httpx.Response(200, content=b'{"row":1}\n'),
            ("GET", "/archive"): lambda _: httpx.Response(200, content=b"PK"),
        }
        server.answers.update(answers)

    @property
    def orders(self) -> list[ImportOrder]:
        """What was ordered, as the API would take it."""
        return [msgspec.json.decode(each.content, type=ImportOrder) for each in self.server.asked(IMPORTS)]


def export_answers(server: FakeServer, status: str = "succeeded") -> None:
    """A job that makes an archive, or fails to."""
    made = ended(EXPORT, "export_learner", status=status)
    url = ARCHIVE_URL if status == "succeeded" else None
    server.answers["POST", "/api/exports"] = lambda _: answered(made, 202)
    server.answers["GET", f"/api/jobs/{EXPORT}"] = lambda _: answered(made)
    server.answers["GET", f"/api/exports/{EXPORT}"] = lambda _: view(
        ExportView, job=made, counts={"words": 3}, name="parlance.apkg", url=url
    )
