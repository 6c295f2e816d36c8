"""Who studies what, and how: what the screens of a learner begin with. One statement."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from services.api.database import Row
from services.api.pairs import Pair
from services.api.visits import Visit
from shared.learning.settings import StudySettings

# One row, whatever there is: a learner without a pair or without settings has nulls in it.
STUDY = """
SELECT pair.id, pair.language, pair.native_language, to_jsonb(settings) AS settings
FROM (SELECT $1::uuid AS owner_id) AS learner
LEFT JOIN language_pairs AS pair ON pair.owner_id = learner.owner_id AND pair.active
LEFT JOIN study_settings AS settings ON settings.owner_id = learner.owner_id
"""


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """A learner at a moment."""

    owner_id: UUID
    pair: Pair | None
    settings: StudySettings
    now: datetime

    @property
    def today(self) -> date:
        """The learner's day."""
        return self.settings.day(self.now)

    def begin(self, days: int = 0) -> datetime:
        """When the learner's day begins, so many days from today."""
        return self.settings.begin(self.today + timedelta(days=days))


async def study_of(visit: Visit) -> Study:
    """The caller's active pair and settings, now."""
    row = await visit.resources.database.row(STUDY, visit.owner_id)
    if row is None:
        message = "an outer join to one row has a row"
        raise AssertionError(message)
    return Study(owner_id=visit.owner_id, pair=_pair(row), settings=_settings(row), now=visit.resources.now())


def _pair(row: Row) -> Pair | None:
    if row["id"] is None:
        return None
    return Pair(id=row["id"], language=row["language"], native_language=row["native_language"])


def _settings(row: Row) -> StudySettings:
    if row["settings"] is None:
        return StudySettings()
    return msgspec.json.decode(row["settings"], type=StudySettings)
