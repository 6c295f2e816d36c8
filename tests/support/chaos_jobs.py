"""Random jobs of steps that do as they are told, and what may be checked about them afterwards."""

from pathlib import Path
from random import Random
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.jobs.kinds import StepSpec
from shared.jobs.model import LEASE
from shared.jobs.submission import Submission
from tests.support.chaos_blobs import FolderBlobs
from tests.support.chaos_worker import NAMES, Fate
from tests.support.invariants import broken_promises
from tests.support.jobs import diamond, step, submission

FOLDER = Path(__file__).parent
EVIDENCE = (FOLDER / "chaos_evidence.sql").read_text(encoding="utf-8")
PROMISES = (FOLDER / "chaos_promises.sql").read_text(encoding="utf-8")
OWNERS = tuple(UUID(int=number) for number in range(1, 6))
SHAPES: tuple[tuple[StepSpec, ...], ...] = (
    diamond(),
    diamond(),
    (step("first"), step("left", "first", optional=True), step("last", "left", optional=True)),
    (step("first"), step("left"), step("right", optional=True)),
)


def random_job(random: Random) -> Submission:
    """A job whose steps take up to two fifths of a second; one in eight fails for good, one in five is bulk."""
    fates = {name: _fate(random) for name in NAMES}
    if random.random() < 0.5:
        fates["right"] = fates["left"]  # so that two needs end at the same moment
    return submission(
        random.choice(SHAPES),
        owner_id=random.choice(OWNERS),
        input=msgspec.Raw(msgspec.json.encode(fates)),
        bulk=random.random() < 0.2,
    )


def _fate(random: Random) -> Fate:
    return Fate(
        ms=random.randrange(400),
        transient=int(random.random() < 0.08),
        permanent=random.random() < 0.03,
        throttled=random.random() < 0.01,
        heedless=random.random() < 0.5,
    )


def prepare(connection: Connection) -> None:
    """Make the tables for evidence."""
    for statement in EVIDENCE.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def broken_by_chaos(connection: Connection, blobs: FolderBlobs) -> list[tuple[str, str]]:
    """Every promise that some row or some evidence breaks, with the name of what broke it."""
    broken = broken_promises(connection)
    broken += [(row["broken"], row["what"]) for row in connection.execute(PROMISES, (LEASE,))]
    keys = [row["response_key"] for row in connection.execute("SELECT response_key FROM provider_calls")]
    return broken + [("pointer without an object", key) for key in keys if blobs.size(key) is None]
