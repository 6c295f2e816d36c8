"""What operators send to pause a queue, and what they see of queues."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

LONGEST_PAUSE = 604_800  # seconds: a week
MOST_REASON = 200  # characters


class QueuePause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a queue is paused, and for how long."""

    reason: Annotated[str, Meta(min_length=1, max_length=MOST_REASON, examples=["The provider's invoice is overdue."])]
    """Shown to every other operator."""
    seconds: Annotated[
        int | None,
        Meta(
            extra_json_schema={
                "description": "After so many seconds it goes on by itself; without it, when it is resumed.",
                "extra": {"minimum": 1, "maximum": LONGEST_PAUSE},
            }
        ),
    ] = None


class PauseView(msgspec.Struct, frozen=True, kw_only=True):
    """A pause: nobody claims steps of the queue; what runs goes on."""

    until: Annotated[
        datetime | None,
        Meta(
            description="Null: until it is resumed. A provider's pause that is over still counts, until the one step "
            "that is let through to see has succeeded."
        ),
    ]
    reason: Annotated[str, Meta(description="An operator's words, or the error code of a provider that asked to wait.")]
    by: Literal["operator", "provider"]


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    """A queue: what waits for one service, interactive or bulk."""

    name: Annotated[str, Meta(examples=["tts", "tts.bulk"])]
    ready: Annotated[int, Meta(description="Steps that wait, those included that are tried again later.")]
    due: Annotated[int, Meta(description="Of these, steps that could begin now.")]
    published: Annotated[int, Meta(description="Of these, steps whose wake-up was sent and that nobody has claimed.")]
    oldest_ready_s: Annotated[
        float | None, Meta(description="Seconds for which the oldest has been due; null if none is.")
    ]
    running: Annotated[int, Meta(description="Steps being worked on.")]
    slots: Annotated[int, Meta(description="Of the service's live workers that do not drain; both queues share them.")]
    paused: PauseView | None
