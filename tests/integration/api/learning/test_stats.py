"""Settings, numbers of the last days, what comes due, and the view of SM-2."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.api import NOW
from tests.support.learners import Learner
from tests.support.studying import reviewed

SETTINGS = "/api/learning/settings"
STATS = "/api/learning/stats"
DEFAULTS = {
    "desired_retention": 0.9,
    "new_per_day": 20,
    "reviews_per_day": 200,
    "day_starts_at": 4,
    "time_zone": "UTC",
    "leech_lapses": 8,
    "load_balance": True,
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def test_settings_are_the_defaults_until_they_are_changed(learner: Learner) -> None:
    assert await learner.get(SETTINGS) == {**DEFAULTS, "fitted": False}
    wanted = {**DEFAULTS, "desired_retention": 0.85, "time_zone": "Asia/Tokyo", "new_per_day": 0}
    for _ in range(2):
        saved = await learner.api.mine.put(SETTINGS, json=wanted)
        assert (saved.status_code, saved.json()) == (200, {**wanted, "fitted": False})
    assert await learner.get(SETTINGS) == {**wanted, "fitted": False}
    assert (await learner.api.theirs.get(SETTINGS)).json() == {**DEFAULTS, "fitted": False}


async def test_load_balance_is_on_for_whoever_does_not_say(learner: Learner) -> None:
    off = await learner.api.mine.put(SETTINGS, json={**DEFAULTS, "load_balance": False})
    assert (off.json()["load_balance"], (await learner.get(SETTINGS))["load_balance"]) == (False, False)
    unsaid = {name: value for name, value in DEFAULTS.items() if name != "load_balance"}
    assert (await learner.api.mine.put(SETTINGS, json=unsaid)).json()["load_balance"] is True


async def test_fitted_weights_outlive_a_change(learner: Learner) -> None:
    await learner.api.mine.put(SETTINGS, json=DEFAULTS)
    learner.api.engine.connection.execute("UPDATE study_settings SET weights = array_fill(0.5, ARRAY[21])")
    saved = await learner.api.mine.put(SETTINGS, json=DEFAULTS)
    assert saved.json()["fitted"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"time_zone": "localtime"}, "time_zone"),
        ({"desired_retention": 0.5}, "desired_retention"),
        ({"day_starts_at": 24}, "day_starts_at"),
        ({"leech_lapses": 0}, "leech_lapses"),
        ({"new_per_day": -1}, "new_per_day"),
        ({"weights": []}, "weights"),
    ],
)
async def test_bad_settings_are_400_and_change_nothing(learner: Learner, change: dict[str, Any], field: str) -> None:
    refused = await learner.api.mine.put(SETTINGS, json={**DEFAULTS, **change})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert await learner.get(SETTINGS) == {**DEFAULTS, "fitted": False}


async def test_numbers_are_of_the_days_that_were_asked_for(learner: Learner) -> None:
    connection = learner.api.engine.connection
    card = learner.card(due=NOW + DAY)
    for ago, rating, state in ((1, 3, 2), (2, 1, 2), (3, 1, 0), (4, 4, 2)):
        reviewed(connection, learner.id, card, NOW - ago * HOUR, rating=rating, state_before=state)
    reviewed(connection, learner.id, card, NOW - 9 * HOUR)  # before four in the morning: yesterday
    stats = await learner.get(f"{STATS}?days=1")
    assert (stats["reviews"], stats["reviews_today"]) == (4, 4)
    assert (stats["accuracy"], stats["true_retention"]) == (0.5, 0.6667)
    stats = await learner.get(f"{STATS}?days=2")
    assert (stats["days"], stats["reviews"], stats["reviews_today"]) == (2, 5, 4)
    theirs = (await learner.api.theirs.get(STATS)).json()
    assert (theirs["reviews"], theirs["accuracy"], theirs["streak"]) == (0, None, 0)
    assert theirs["cards"] == {"new": 0, "learning": 0, "review": 0, "mature": 0, "suspended": 0}


@pytest.mark.parametrize(
    ("days_ago", "streak"),
    [([], 0), ([0], 1), ([1], 1), ([2], 0), ([0, 1, 2], 3), ([1, 2, 3], 3), ([0, 2, 3], 1), ([0, 1, 2, 4], 3)],
)
async def test_streak_counts_days_in_a_row_and_forgives_a_today_that_is_not_over(
    learner: Learner, days_ago: list[int], streak: int
) -> None:
    card = learner.card(due=NOW + DAY)
    for ago in days_ago:
        reviewed(learner.api.engine.connection, learner.id, card, NOW - ago * DAY)
    assert (await learner.get(STATS))["streak"] == streak


async def test_streak_counts_the_learners_days(learner: Learner) -> None:
    card = learner.card(due=NOW + DAY)
    for moment in (NOW - 9 * HOUR, NOW - 1 * HOUR):  # 3 and 11 o'clock, UTC: two days there, one in Tokyo
        reviewed(learner.api.engine.connection, learner.id, card, moment)
    assert (await learner.get(STATS))["streak"] == 2
    await learner.api.mine.put(SETTINGS, json={**DEFAULTS, "time_zone": "Asia/Tokyo"})
    assert (await learner.get(STATS))["streak"] == 1


async def test_cards_are_counted_by_the_state_that_is_shown(learner: Learner) -> None:
    learner.card("Neu")
    learner.card("Lernen", due=NOW, state=1)
    learner.card("Wieder", due=NOW, state=3)
    learner.card("Jung", due=NOW, stability=20.9)
    learner.card("Reif", due=NOW, stability=21.0)
    suspended = learner.card("Egel", due=NOW)
    learner.api.engine.connection.execute("UPDATE cards SET suspended = 'leech' WHERE id = $1", (suspended,))
    counts = (await learner.get(f"{STATS}?pair_id={learner.pair}"))["cards"]
    assert counts == {"new": 1, "learning": 2, "review": 1, "mature": 1, "suspended": 1}
    for state, count in counts.items():
        page = await learner.get(f"/api/flashcards?state={state}")
        assert [card["schedule"]["state"] for card in page["items"]] == [state] * count


async def test_forecast_counts_by_the_learners_days_and_overdue_today(learner: Learner) -> None:
    for index, due in enumerate((NOW - 9 * DAY, NOW, NOW + 15 * HOUR, NOW + 17 * HOUR, NOW + 3 * DAY, NOW + 9 * DAY)):
        learner.card(f"Wort{index}", due=due)
    learner.card("Neu")
    days = (await learner.get("/api/learning/forecast?days=4"))["days"]
    assert [(day["day"], day["due"]) for day in days] == [
        ("2026-03-01", 3),
        ("2026-03-02", 1),
        ("2026-03-03", 0),
        ("2026-03-04", 1),
    ]
    assert len((await learner.get("/api/learning/forecast"))["days"]) == 30


@pytest.mark.parametrize("path", [STATS, "/api/learning/forecast"])
@pytest.mark.parametrize("days", ["0", "366", "x"])
async def test_too_many_days_are_400(learner: Learner, path: str, days: str) -> None:
    assert (await learner.api.mine.get(f"{path}?days={days}")).status_code == 400


async def test_sm2_view_is_computed_from_the_memory(learner: Learner) -> None:
    new = await learner.get(f"/api/learning/sm2/{learner.card('Neu')}")
    assert (new["ease"], new["interval_days"], new["state"], new["repetitions"]) == (2.5, 0, "new", 0)
    old = await learner.get(f"/api/learning/sm2/{learner.card('Alt', due=NOW, stability=30.0)}")
    assert (old["interval_days"], old["state"]) == (5, "mature")
    assert 1.3 <= old["ease"] < 10
    assert (await learner.api.mine.get(f"/api/learning/sm2/{uuid4()}")).status_code == 404
