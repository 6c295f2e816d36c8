"""What `make demo` was asked for. Make hands its variables over as `PARLANCE_DEMO_*`, so no shell ever parses them."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

PREFIX = "PARLANCE_DEMO_"
MAX_COST_USD = 0.25
YES = frozenset({"1", "yes", "true", "on"})
NO = frozenset({"", "0", "no", "false", "off"})


class OptionsError(ValueError):
    """An option cannot be understood; the message is for people."""


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The demo's input and limits; None means not given. At most `max_cost_usd` US dollars are spent, if `real`."""

    text: Path | None = None
    url: str | None = None
    topic: str | None = None
    language: str | None = None
    level: str | None = None
    native: str | None = None
    real: bool = False
    max_cost_usd: float = MAX_COST_USD
    output: Path

    @classmethod
    def from_env(cls, env: Mapping[str, str], output: Path) -> "DemoOptions":
        """Read `PARLANCE_DEMO_{TEXT,URL,TOPIC,LANGUAGE,LEVEL,NATIVE,REAL,MAX_COST}`; empty means not given.

        Raises:
            OptionsError: `REAL` or `MAX_COST` cannot be understood.
        """
        given = {
            name: env.get(PREFIX + name, "").strip() or None for name in ("URL", "TOPIC", "LANGUAGE", "LEVEL", "NATIVE")
        }
        text = env.get(PREFIX + "TEXT", "")
        return cls(
            text=Path(text) if text.strip() else None,
            url=given["URL"],
            topic=given["TOPIC"],
            language=given["LANGUAGE"],
            level=given["LEVEL"],
            native=given["NATIVE"],
            real=_switch("REAL", env.get(PREFIX + "REAL", "")),
            max_cost_usd=_dollars(env.get(PREFIX + "MAX_COST", "")),
            output=output,
        )


def _switch(name: str, value: str) -> bool:
    word = value.strip().lower()
    if word not in YES | NO:
        message = f"{name} is 1 or 0, not {value!r}."
        raise OptionsError(message)
    return word in YES


def _dollars(value: str) -> float:
    if not value.strip():
        return MAX_COST_USD
    try:
        amount = float(value)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < float("inf"):
        message = f"MAX_COST is an amount of US dollars such as 0.25, not {value!r}."
        raise OptionsError(message)
    return amount
