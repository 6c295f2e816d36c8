"""How somebody studies, and what day it is for them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec


class StudySettings(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `study_settings`; these are the values of who has none (those of Anki's default deck)."""

    desired_retention: float = 0.9
    new_per_day: int = 20
    reviews_per_day: int = 200
    day_starts_at: int = 4
    """The hour at which the learner's day begins: who studies after midnight still studies today."""
    time_zone: str = "UTC"
    leech_lapses: int = 8
    """Lapses after which a card is suspended as a leech."""
    load_balance: bool = True
    """Whether intervals are spread over the days around FSRS's own, so that cards of one day do not stay together."""
    weights: tuple[float, ...] | None = None
    """FSRS-6's 21 weights, if they were fitted to this learner."""

    def day(self, moment: datetime) -> date:
        """The learner's day at a moment."""
        return (moment.astimezone(ZoneInfo(self.time_zone)) - timedelta(hours=self.day_starts_at)).date()

    def on_the_wall(self, moment: datetime) -> date:
        """What the learner's calendar says then: the day has changed at midnight."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def begin(self, day: date) -> datetime:
        """When that day begins, in UTC. Where clocks skip that hour it is the hour after."""
        local = datetime.combine(day, time(self.day_starts_at), ZoneInfo(self.time_zone))
        return local.astimezone(UTC)
