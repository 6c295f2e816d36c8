"""Frozen days: which may be, and what they do to the streak."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest

from services.nlp.exports.gathering import table
from tests.support.api import NOW
from tests.support.learners import Learner
from tests.support.studying import new_pair, reviewed, with_card
from tests.support.waiting import becomes

PATH = "/api/learning/freeze-days"
DAY = timedelta(days=1)
TODAY = NOW.date()
WAITING = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
ANSWERS = """
INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, state_before)
SELECT $1, gen_random_uuid(), $2, 3, unnest($3::timestamptz[]), 2
"""
FREEZE = "INSERT INTO freeze_days (owner_id, day) SELECT $1, unnest($2::date[])"


async def freeze(learner: Learner, day: date) -> httpx.Response:
    return await learner.api.mine.put(f"{PATH}/{day}")


async def frozen(learner: Learner) -> list[str]:
    return list((await learner.get(PATH))["days"])


def frozen_days(learner: Learner, days_ago: Iterable[int], owner: UUID | None = None) -> None:
    """Frozen whatever the routes allow."""
    days = [TODAY - ago * DAY for ago in days_ago]
    learner.api.engine.connection.execute(FREEZE, (owner or learner.id, days))


def another(learner: Learner) -> UUID:
    """The other caller."""
    row = learner.api.engine.connection.execute("SELECT id FROM accounts WHERE id <> $1", (learner.id,)).fetchone()
    assert row is not None
    return UUID(str(row["id"]))


def answered(learner: Learner, days_ago: Iterable[int]) -> None:
    values = (learner.id, learner.card(due=NOW + DAY), [NOW - ago * DAY for ago in days_ago])
    learner.api.engine.connection.execute(ANSWERS, values)


async def shown(learner: Learner) -> tuple[int, bool, bool]:
    """The streak of the home screen; that of the numbers is the same."""
    streak = (await learner.get("/bff/home"))["streak"]
    assert (await learner.get("/api/learning/stats"))["streak"] == streak["days"]
    return streak["days"], streak["today"], streak["frozen"]


async def test_days_are_frozen_once_and_thawed(learner: Learner) -> None:
    assert await learner.get(PATH) == {
        "days": [], "today": "2026-03-01", "first": "2026-02-27", "last": "2026-05-30", "left": 31,
    }  # fmt: skip
    for day in (TODAY + 3 * DAY, TODAY, TODAY, TODAY - 2 * DAY):
        saved = await freeze(learner, day)
        assert (saved.status_code, saved.content) == (204, b"")
    found = await learner.get(PATH)
    assert (found["days"], found["left"]) == (["2026-02-27", "2026-03-01", "2026-03-04"], 29)
    assert (await learner.api.theirs.get(PATH)).json()["days"] == []
    assert (await learner.api.theirs.delete(f"{PATH}/{TODAY}")).status_code == 204  # theirs, which is not frozen
    assert len(await frozen(learner)) == 3
    for _ in range(2):
        assert (await learner.api.mine.delete(f"{PATH}/{TODAY}")).status_code == 204
    assert await frozen(learner) == ["2026-02-27", "2026-03-04"]


@pytest.mark.parametrize(("ahead", "status"), [(-3, 400), (-2, 204), (90, 204), (91, 400), (-700_000, 400)])
async def test_days_long_ago_or_far_ahead_cannot_be_frozen(learner: Learner, ahead: int, status: int) -> None:
    answer = await freeze(learner, TODAY + ahead * DAY)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["field"] == "day"
    assert len(await frozen(learner)) == (status == 204)


async def test_it_is_the_learners_today_that_is_meant(learner: Learner) -> None:
    learner.api.engine.connection.execute(
        "INSERT INTO study_settings VALUES ($1, 0.9, 20, 200, 0, 'Pacific/Auckland', 8)", (learner.id,)
    )  # 01:00 on the second of March there
    assert (await learner.get(PATH))["today"] == "2026-03-02"
    assert (await freeze(learner, TODAY - 2 * DAY)).status_code == 400


@pytest.mark.parametrize("day", ["2026-02-30", "today", "1", "2026-03-01T00:00:00Z"])
async def test_what_is_no_day_is_not_there(learner: Learner, day: str) -> None:
    for method in ("PUT", "DELETE"):
        assert (await learner.api.mine.request(method, f"{PATH}/{day}")).status_code == 404


async def test_so_many_days_ahead_and_no_more(learner: Learner) -> None:
    frozen_days(learner, range(-30, 1), another(learner))
    frozen_days(learner, [*range(-29, 1), *range(1, 40)])  # those that are over are not counted
    assert (await freeze(learner, TODAY + 30 * DAY)).status_code == 204
    assert (await learner.get(PATH))["left"] == 0
    before = await frozen(learner)
    refused = await freeze(learner, TODAY + 31 * DAY)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_freeze_days")
    assert await frozen(learner) == before
    frozen_days(learner, [-40])  # as of a learner who has moved to the west, where yesterday is today
    await learner.api.mine.delete(f"{PATH}/{TODAY - DAY}")
    for day in (TODAY, TODAY - DAY):  # one that is frozen stays so; one that is over takes no place
        assert (await freeze(learner, day)).status_code == 204
    assert (await learner.get(PATH))["left"] == 0


@pytest.mark.parametrize(
    ("days_ago", "frozen_ago", "streak"),
    [
        ([1, 3], [2], (2, False, False)),  # passed over, not counted
        ([0, 1, 3], [2], (3, True, False)),
        ([0, 1, 2], [1, 2], (3, True, False)),  # a frozen day with answers counts as any other
        ([2, 3], [0, 1], (2, False, True)),
        ([0, 3], [0, 1, 2], (2, True, True)),
        ([3], [2], (0, False, False)),  # yesterday was neither
        ([0, 2, 5], [3, 4], (1, True, False)),
        ([0, 1, 4], [2, 3, 5, 6, 8], (3, True, False)),  # what is frozen before the streak is nothing
        ([], [0, 1, 2], (0, False, True)),
        ([0, 40], range(1, 40), (2, True, False)),
        ([1], [-1, -2], (1, False, False)),  # days to come
        ([*range(400), 402, 403], [400, 401, 404], (402, True, False)),
        ([0], range(1, 1200), (1, True, False)),  # as far back as is looked
        (range(1003), [5, 1001], (1000, True, False)),
    ],
)
async def test_a_frozen_day_without_answers_neither_counts_nor_ends_a_streak(
    learner: Learner, days_ago: Iterable[int], frozen_ago: Iterable[int], streak: tuple[int, bool, bool]
) -> None:
    answered(learner, days_ago)
    frozen_days(learner, frozen_ago)
    assert await shown(learner) == streak
    learner.api.engine.connection.execute("UPDATE language_pairs SET active = false")
    assert (await learner.get("/bff/home"))["streak"]["days"] == streak[0]  # that is another statement


async def test_what_was_undone_or_imported_counts_nowhere(learner: Learner) -> None:
    answered(learner, range(6))
    frozen_days(learner, [1, 2])
    connection = learner.api.engine.connection
    connection.execute("UPDATE reviews SET undone_at = $1 WHERE reviewed_at = ANY($2)", (NOW, [NOW, NOW - DAY]))
    imported = [NOW - 2 * DAY, NOW - 4 * DAY]
    connection.execute("UPDATE reviews SET source = 'import' WHERE reviewed_at = ANY($1)", (imported,))
    assert await shown(learner) == (1, False, False)
    days = (await learner.get("/api/learning/analytics/daily"))["days"]
    assert [day["streak"] for day in days[-6:]] == [1, 0, 1, 1, 1, 1]


async def test_somebody_elses_days_change_nothing(learner: Learner) -> None:
    answered(learner, [0, 2])
    connection, other = learner.api.engine.connection, another(learner)
    frozen_days(learner, [0, 1], other)
    card = with_card(connection, other, new_pair(connection, other), "Haus", due=NOW)
    reviewed(connection, other, card, NOW - DAY)
    assert await shown(learner) == (1, True, False)
    days = (await learner.get("/api/learning/analytics/daily"))["days"]
    assert [(day["frozen"], day["reviewed"], day["streak"]) for day in days[-3:]] == [
        (False, 1, 1),
        (False, 0, 0),
        (False, 1, 1),
    ]
    theirs = (await learner.api.theirs.get("/bff/home")).json()["streak"]
    assert theirs == {"days": 1, "today": False, "frozen": True}
    frozen_days(learner, [1])
    assert await shown(learner) == (2, True, False)


async def test_a_missed_streak_can_be_saved(learner: Learner) -> None:
    answered(learner, [3, 4])
    assert (await shown(learner))[0] == 0
    for ago in (1, 2):
        await freeze(learner, TODAY - ago * DAY)
    assert await shown(learner) == (2, False, False)
    await learner.api.mine.delete(f"{PATH}/{TODAY - DAY}")
    assert (await shown(learner))[0] == 0


async def test_two_requests_at_once_cannot_freeze_too_many(learner: Learner) -> None:
    frozen_days(learner, range(-30, 0))
    with learner.api.engine.database.connection() as other, other.transaction():
        other.execute("SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE", (learner.id,))
        second = asyncio.create_task(freeze(learner, TODAY))
        await becomes(lambda: waits_or_ends(learner, second))
        other.execute(FREEZE, (learner.id, [TODAY + 50 * DAY]))
    assert (await second).status_code == 409
    assert len(await frozen(learner)) == 31


async def waits_or_ends(learner: Learner, task: asyncio.Task[httpx.Response]) -> bool:
    return task.done() or learner.api.engine.connection.execute(WAITING).fetchone() is not None


def test_frozen_days_go_out_and_go_with_their_owner(learner: Learner) -> None:
    days = range(-2000, 2000)  # more than a page
    frozen_days(learner, days)
    engine = learner.api.engine
    frozen_days(learner, [7], another(learner))
    out = list(table(engine.database, learner.id, "freeze_days"))
    assert [row["day"] for row in out] == [TODAY - ago * DAY for ago in reversed(days)]
    assert {row["owner_id"] for row in out} == {learner.id}
    engine.connection.execute("DELETE FROM accounts WHERE id = $1", (learner.id,))
    assert [row["day"] for row in engine.connection.execute("SELECT day FROM freeze_days")] == [TODAY - 7 * DAY]
