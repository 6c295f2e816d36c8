"""How somebody studies, as it stands in Postgres."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.learning.settings import StudySettings

TYPED = "desired_retention, new_per_day, reviews_per_day, day_starts_at, time_zone, leech_lapses, load_balance"
"""Columns that a learner sets."""
READ_SETTINGS = f"SELECT {TYPED}, weights FROM study_settings WHERE owner_id = $1"  # noqa: S608 - our own text
# Fitted weights stay: they are found by a job, never typed in.
WRITE_SETTINGS = (
    f"INSERT INTO study_settings (owner_id, {TYPED}, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"  # noqa: S608 - our own text
    " ON CONFLICT (owner_id) DO UPDATE SET desired_retention = excluded.desired_retention,"
    " new_per_day = excluded.new_per_day, reviews_per_day = excluded.reviews_per_day,"
    " day_starts_at = excluded.day_starts_at, time_zone = excluded.time_zone, leech_lapses = excluded.leech_lapses,"
    " load_balance = excluded.load_balance, updated_at = excluded.updated_at"
    f" RETURNING {TYPED}, weights"
)
WEIGHTS = (
    f"INSERT INTO study_settings (owner_id, {TYPED}, weights)"  # noqa: S608 - our own text
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::double precision[])"
    " ON CONFLICT (owner_id) DO UPDATE SET weights = excluded.weights, updated_at = clock_timestamp()"
)


def settings_of(row: Mapping[str, Any] | None) -> StudySettings:
    """The settings of a row of `READ_SETTINGS`; the defaults if there is none."""
    return StudySettings() if row is None else msgspec.convert(dict(row), StudySettings)


def study_settings(connection: Connection, owner_id: UUID) -> StudySettings:
    """How this learner studies."""
    return settings_of(connection.execute(READ_SETTINGS, (owner_id,)).fetchone())


def save_weights(connection: Connection, owner_id: UUID, weights: Sequence[float]) -> None:
    """Keep what was fitted; a learner without settings gets the defaults with it."""
    usual = msgspec.structs.asdict(StudySettings())
    values = [usual[column] for column in TYPED.split(", ")]
    connection.execute(WEIGHTS, (owner_id, *values, list(weights)))
