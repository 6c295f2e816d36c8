"""What operators see of the processes that do the work."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta


class WorkerView(msgspec.Struct, frozen=True, kw_only=True):
    """A process on the register. One that ended in good order is not on it; one that died stays for an hour."""

    name: Annotated[str, Meta(examples=["tts@host-4711"])]
    service: Annotated[str, Meta(examples=["tts"])]
    version: str
    slots: Annotated[int, Meta(description="Steps it performs at once; 0 for a dispatcher.")]
    running: Annotated[int, Meta(description="Steps it was performing when it was last seen.")]
    draining: Annotated[bool, Meta(description="It claims nothing more, or was asked to, and leaves.")]
    fresh: Annotated[
        bool, Meta(description="It was seen in the last 30 seconds; if not it is frozen, cut off or dead.")
    ]
    seen_at: datetime
