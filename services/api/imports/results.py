"""What came of an import or export: the job, and what its one step left."""

from collections.abc import Collection
from uuid import UUID

import msgspec
from anyio import to_thread

from services.api.imports.schemas import ExportView, ImportView
from services.api.jobs.queries import job_row
from services.api.jobs.views import job_view
from services.api.problems import not_found
from services.api.visits import Visit
from shared.blobs.ports import Blobs, ObjectNotFoundError
from shared.jobs.kinds import EXPORT_LEARNER, IMPORT_DECK, IMPORT_SENTENCES, IMPORT_WORDS, PREVIEW_IMPORT
from shared.learning.transfers import PreviewTable, Transferred

IMPORTS = (PREVIEW_IMPORT, IMPORT_WORDS, IMPORT_DECK, IMPORT_SENTENCES)
ADDRESS_LIFE = 600  # seconds
OUTPUT = """
SELECT step.output FROM jobs AS job JOIN job_steps AS step ON step.job_id = job.id AND step.name = job.kind
WHERE job.id = $1 AND job.owner_id = $2 AND job.kind = ANY($3::text[])
"""
LATEST_EXPORT = """
SELECT id FROM jobs
WHERE owner_id = $1 AND kind = $2 AND created_at > $3 AND (finished_at IS NULL OR state = 'succeeded')
  AND input ->> 'format' IS DISTINCT FROM 'apkg'
ORDER BY created_at DESC LIMIT 1
"""


async def import_view(visit: Visit, job_id: UUID) -> ImportView:
    """The import or preview, and what came of it so far.

    Raises:
        ApiError: 404, no such import of this owner.
    """
    output = await _output(visit, job_id, IMPORTS, "import")
    row = await job_row(visit.resources.database, job_id, visit.owner_id)
    tables = None
    if output.preview_key is not None:
        tables = await to_thread.run_sync(_preview, visit.resources.blobs, output.preview_key)
    return ImportView(
        job=job_view(row), counts=output.counts, report_url=_address(visit, output.report_key), preview=tables
    )


async def export_view(visit: Visit, job_id: UUID) -> ExportView:
    """The export, and where it can be fetched.

    Raises:
        ApiError: 404, no such export of this owner.
    """
    output = await _output(visit, job_id, (EXPORT_LEARNER,), "export")
    row = await job_row(visit.resources.database, job_id, visit.owner_id)
    url = _address(visit, output.archive_key)
    return ExportView(job=job_view(row), counts=output.counts, name=output.archive_name, url=url)


async def _output(visit: Visit, job_id: UUID, kinds: Collection[str], what: str) -> Transferred:
    row = await visit.resources.database.row(OUTPUT, job_id, visit.owner_id, list(kinds))
    if row is None:
        raise not_found(what)
    return msgspec.json.decode(row["output"] or b"{}", type=Transferred)


def _address(visit: Visit, key: str | None) -> str | None:
    return None if key is None else visit.resources.sign(key, ADDRESS_LIFE)


def _preview(blobs: Blobs, key: str) -> list[PreviewTable] | None:
    """Null once it was swept, a day later."""
    try:
        return msgspec.json.decode(blobs.get(key), type=list[PreviewTable])
    except ObjectNotFoundError:
        return None
