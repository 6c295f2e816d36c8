"""`parlance words stats`: how the last days went."""

from typing import Annotated, Any

import typer

from services.cli.options import AsJson
from services.cli.pairs import pair_of
from services.cli.shell import screen_of, shell_of

DAILY = "/api/learning/analytics/daily"
SHOWN = 7
"""Days."""
HEADS = ("DAY", "ANSWERS", "RIGHT", "LEARNED", "FORGOTTEN", "MINUTES", "WORDS", "STREAK")
OnlyPair = Annotated[str | None, typer.Option("--language", help="Only of this one of your languages.")]


def stats(context: typer.Context, *, language: OnlyPair = None, as_json: AsJson = False) -> None:
    """The last seven days: what you answered and learned, and the streak, which is of all languages."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        query = {"pair_id": pair_of(api, language)["id"]} if language else {}
        days = api.get(DAILY, query)["days"][-SHOWN:]
    for day in days:
        screen.document(day)
    screen.table(HEADS, [_day(day) for day in days])


def _day(day: dict[str, Any]) -> list[object]:
    right = "" if day["accuracy"] is None else f"{day['accuracy']:.0%}"
    minutes, streak = round(day["duration_ms"] / 60_000), f"{day['streak']}{' frozen' if day['frozen'] else ''}"
    counts = (day["learned"], day["lapses"], minutes, day["words_added"])
    return [day["day"], day["reviewed"], right, *counts, streak]
