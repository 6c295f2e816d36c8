"""Bringing words in: upload a file, look into it, have it taken in."""

from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.api.bodies import require_json
from services.api.idempotency import IdempotencyKey, idempotency_of
from services.api.imports.orders import KINDS, input_of, uploads_of
from services.api.imports.results import import_view
from services.api.imports.room import room_for_files
from services.api.imports.schemas import ImportOrder, ImportView, PreviewRequest, UploadView
from services.api.imports.uploads import UploadOperation, receive, require_uploads
from services.api.jobs.orders import job_of, submitted
from services.api.jobs.schemas import JobView
from services.api.limits.quotas import ORDER
from services.api.openapi_responses import (
    BODY,
    INVALID,
    KEY_REUSED,
    NEW_JOB_HEADERS,
    NOT_FOUND,
    ORDER_HEADERS,
    OWNED,
    STORAGE_FULL,
    TOO_LARGE,
)
from services.api.pairs import pair_of
from services.api.visits import Visit
from shared.jobs.kinds import PREVIEW_IMPORT
from shared.learning.transfers import MOST_UPLOAD, PreviewOrder


class ImportController(Controller):
    """Files of the caller, on their way into the word bank."""

    path = "/api/imports"
    tags = ("Imports and exports",)

    @post(
        "/uploads",
        opt=ORDER,
        request_max_body_size=MOST_UPLOAD,
        operation_class=UploadOperation,
        operation_id="uploadFile",
        summary="Upload a file",
        description="The body is the file as it is: a table (CSV, TSV) or an Anki package, at most 200 MB. It is kept "
        "for a day, and counts until then for the room that the plan gives.",
        response_description="What the file is called from now on.",
        responses=OWNED | INVALID | TOO_LARGE | STORAGE_FULL,
    )
    async def upload(self, request: Request[Any, Any, Any], visit: NamedDependency[Visit]) -> UploadView:
        """Store the body as it comes."""
        room = partial(room_for_files, visit)
        upload_id, size = await receive(visit.resources.blobs, visit.owner_id, request.stream(), room)
        return UploadView(id=upload_id, size=size)

    @post(
        "/preview",
        status_code=HTTPStatus.ACCEPTED,
        guards=[require_json],
        opt=ORDER,
        operation_id="previewImport",
        summary="Look into a file",
        description="A job, because a deck may have to be unpacked. When it is done, `GET /api/imports/{job_id}` has "
        "the columns of the table, or the note types of the deck with their fields, each with five rows.",
        response_description="The job that looks.",
        response_headers=NEW_JOB_HEADERS,
        responses=OWNED | INVALID | BODY | NOT_FOUND,
    )
    async def preview(self, data: JSONBody[PreviewRequest], visit: NamedDependency[Visit]) -> Response[JobView]:
        """Create the job."""
        await require_uploads(visit.resources.blobs, visit.owner_id, [data.upload_id])
        order = PreviewOrder(upload_id=data.upload_id, kind=data.kind)
        return await submitted(visit, job_of(visit, PREVIEW_IMPORT, order))

    @post(
        status_code=HTTPStatus.ACCEPTED,
        guards=[require_json],
        opt=ORDER,
        operation_id="createImport",
        summary="Take a file in",
        description="Words that are in the bank already stay as they are, and cards keep what was learnt wherever it "
        "was learnt last: taking a file in twice doubles nothing. Broken rows are reported and left out; a file that "
        "is broken as a whole leaves nothing behind. Sentences (Tatoeba's exports) are for admins only.",
        response_description="The job that takes it in.",
        response_headers=ORDER_HEADERS,
        responses=OWNED | INVALID | BODY | NOT_FOUND | KEY_REUSED,
    )
    async def create(
        self, data: JSONBody[ImportOrder], visit: NamedDependency[Visit], idempotency_key: IdempotencyKey = None
    ) -> Response[JobView]:
        """Create the job; it waits behind everybody who waits for an answer."""
        admin = visit.caller.role == "admin" and "admin" in visit.caller.scopes
        order = input_of(data, admin=admin)
        if data.pair_id is not None:
            await pair_of(visit.resources.database, visit.owner_id, data.pair_id)
        await require_uploads(visit.resources.blobs, visit.owner_id, uploads_of(data))
        job = job_of(visit, KINDS[data.kind], order, idempotency_of(idempotency_key, data), bulk=True)
        return await submitted(visit, job)

    @get(
        "/{job_id:uuid}",
        operation_id="getImport",
        summary="What came of an import",
        description="The job, and when it is done how many rows were new, known already or broken. Poll the job itself "
        "for its progress.",
        response_description="The import, or the preview.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(self, job_id: FromPath[UUID], visit: NamedDependency[Visit]) -> ImportView:
        """The import."""
        return await import_view(visit, job_id)
