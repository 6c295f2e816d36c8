"""`python -m services.api.openapi [--write]`: compares the committed `openapi.json` with the code, or writes it."""

import json
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from services.api.app import build
from services.api.docs.description import document_of
from services.api.exposure import Exposure
from services.api.resources import Resources

SNAPSHOT = Path(__file__).with_name("openapi.json")


def _nothing() -> AbstractAsyncContextManager[Resources]:
    message = "the document is made without running anything"
    raise AssertionError(message)


def document() -> str:
    """The OpenAPI document of the code as it stands, in the form that is committed."""
    document = document_of(build(_nothing, Exposure(docs=True)))
    return json.dumps(json.loads(document), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the snapshot, or say whether it is still true: 1 if not."""
    if "--write" in arguments:
        SNAPSHOT.write_text(document(), encoding="utf-8")
        return 0
    if SNAPSHOT.read_text(encoding="utf-8") == document():
        return 0
    sys.stderr.write("services/api/openapi.json is not what the code says: run `make openapi`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
