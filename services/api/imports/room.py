"""How much an account may still store: what its plan gives, less what is there.

Counted are files of the word bank, and uploads, also unfinished ones, until they are swept.
"""

from uuid import UUID

from services.api.imports.uploads import asked
from services.api.visits import Visit
from shared.blobs.ports import Blobs
from shared.learning.storage import MEDIA_BYTES
from shared.learning.transfers import uploads_prefix


async def room_for_files(visit: Visit) -> int:
    """Bytes; less than none if there is too much.

    Raises:
        ApiError: 503, Postgres or the object store is away.
    """
    row = await visit.resources.database.row(MEDIA_BYTES, visit.owner_id)
    media = 0 if row is None else int(row["bytes"])
    uploads = await asked(_uploaded, visit.resources.blobs, visit.owner_id)
    return visit.caller.plan.storage_bytes - media - uploads


def _uploaded(blobs: Blobs, owner_id: UUID) -> int:
    return sum(each.size for each in blobs.list(uploads_prefix(owner_id)))
