"""A file that a learner has uploaded, put together again in a temporary file: never in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import msgspec

from shared.blobs.ports import Blobs, ObjectNotFoundError
from shared.jobs.errors import PermanentError
from shared.jobs.steps import Watch
from shared.learning.transfers import Upload, manifest_key, piece_key


@contextmanager
def uploaded(blobs: Blobs, owner_id: UUID, upload_id: UUID, watch: Watch) -> Iterator[Path]:
    """The file, in a folder of its own that is gone afterwards; there is room for others beside it.

    Raises:
        PermanentError: `upload_gone`; uploads are kept for a day.
    """
    with TemporaryDirectory(prefix="parlance-") as folder:
        path = Path(folder) / "upload"
        try:
            manifest = msgspec.json.decode(blobs.get(manifest_key(owner_id, upload_id)), type=Upload)
            with path.open("wb") as file:
                for number in range(manifest.pieces):
                    watch.check()
                    watch.progress(number, manifest.pieces, "fetching the file")
                    file.write(blobs.get(piece_key(owner_id, upload_id, number)))
        except ObjectNotFoundError as error:
            raise PermanentError("upload_gone", "The uploaded file is gone: upload it again.") from error
        yield path
