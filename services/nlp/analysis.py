"""What the worker and its analysis process say to each other: one order, one outcome, as MessagePack."""

import msgspec

from shared.articles.model import Annotation, Level


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A text to annotate."""

    text: str
    language: str
    level: Level


class Annotated(msgspec.Struct, frozen=True, tag="annotated"):
    """It is done."""

    annotation: Annotation


class Broken(msgspec.Struct, frozen=True, tag="broken"):
    """Our code raised; the process goes on."""

    traceback: str


Outcome = Annotated | Broken
