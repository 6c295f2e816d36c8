import io
import re
from typing import Any

import pytest
from rich.console import Console

from services.cli.meter import BarMeter, PlainMeter, meter_for, spent, summary


def console_of(*, terminal: bool, **environ: str) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=terminal, width=120, _environ={"TERM": "xterm"} | environ, markup=False
    )


def state(charged: int | None = 1_200_000, **counts: int) -> dict[str, Any]:
    cost = {"micro_usd": 5, "charged_micro_usd": charged, "calls": 4, "sandbox": False}
    return {"id": "b", "created_at": "now", "done": False, "counts": counts, "cost": cost}


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_only_a_real_terminal_gets_a_bar() -> None:
    assert isinstance(meter_for(console_of(terminal=True)), BarMeter)
    assert isinstance(meter_for(console_of(terminal=False)), PlainMeter)
    assert isinstance(meter_for(console_of(terminal=True, NO_COLOR="1")), PlainMeter)


def test_plain_lines_come_every_tenth() -> None:
    console = console_of(terminal=False)
    with PlainMeter(console) as meter:
        for succeeded in range(101):
            meter.show([state(total=100, succeeded=succeeded, queued=100 - succeeded)])
    assert len(printed(console).splitlines()) == 11


def test_the_bar_counts_every_batch_and_news_stand_above_it() -> None:
    console = console_of(terminal=True)
    with BarMeter(console) as meter:
        meter.show([state(total=2, succeeded=1, failed=1), state(total=3, queued=3)])
        meter.tell("row 3: internal\x1b[2J")
    assert "2/5" in printed(console)
    assert "row 3: internal[2J" in printed(console)


def test_the_bar_tells_each_number_once_and_leaves_room_beside_it() -> None:
    console = console_of(terminal=True)
    with BarMeter(console) as meter:
        meter.show([state(total=200, succeeded=6, running=186, queued=8)])
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed(console)).strip().splitlines()[-1].strip()
    assert last.endswith("6 succeeded, 186 running, 8 queued")
    assert "of 200" not in last
    assert len(last) <= 78, "a terminal of 80 writes ^C behind it, and a full line would break"


def test_sums_are_over_all_batches() -> None:
    states = [state(total=2, succeeded=1, failed=1), state(total=3, partial=1, cancelling=1, running=1)]
    assert summary(states) == "3 of 5 done: 1 succeeded, 1 partial, 1 failed, 1 running, 1 cancelling"
    assert spent(states) == "Charged $2.4000 for 8 provider calls"


@pytest.mark.parametrize("charged", [None, 0])
def test_an_unknown_price_is_no_zero(charged: int | None) -> None:
    line = spent([state(total=1, succeeded=1), state(charged, total=1, succeeded=1)])
    assert ("at least $1.2000 (a price is unknown)" in line) == (charged is None)
