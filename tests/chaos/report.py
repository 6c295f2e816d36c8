"""What a rehearsal found: the promises, what was paid, and how long anything stood still."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from shared.blobs.ports import Blobs
from tests.chaos.harms import Harm
from tests.chaos.play import Play
from tests.chaos.stage import Stage
from tests.support.invariants import broken_promises

PROMISES = Path(__file__).with_name("promises.sql").read_text(encoding="utf-8")
HITS = frozenset({"killed", "frozen", "given back"})
SHOWN = 40  # violations at most
LATENCY = """
SELECT unnest(percentile_cont(ARRAY[0.5, 0.95, 1.0]) WITHIN GROUP (
  ORDER BY extract(epoch FROM finished_at - created_at))) AS seconds
FROM jobs WHERE NOT bulk AND kind = 'write_article' AND state = 'succeeded'
"""
REPAID = """
SELECT coalesce(sum(times - 1), 0)::int AS n FROM (
  SELECT count(*) AS times FROM provider_calls WHERE rejected IS NULL GROUP BY job_id, step, request_hash) AS paid
"""
POINTERS = """
SELECT response_key AS key FROM provider_calls UNION SELECT key FROM article_narrations
UNION SELECT paragraph->>'key' FROM article_narrations, jsonb_array_elements(paragraphs) AS paragraph
"""


class Row(msgspec.Struct, kw_only=True):
    """One harm as it is shown; times in seconds."""

    what: str
    kind: str
    steps: int
    gap: float | None
    bound: float | None
    rerun: float | None
    note: str


class Report(msgspec.Struct, kw_only=True):
    """A rehearsal's result."""

    seed: int
    began: datetime
    seconds: float
    lease: float
    acknowledged: int
    jobs: dict[str, int]
    """By state."""
    lost: int
    stuck: int
    doubled: int
    fenced: int
    paid: int
    wasted: int
    """Paid calls beyond the needed ones."""
    interrupted: int
    """Steps that a killed, frozen or ending process held: each may have had one call under way."""
    slowdown: float
    """How much longer a little work took than it would alone: bounds of time are multiplied by it."""
    latency: dict[str, float]
    """Of learners' articles that succeeded, in seconds: p50, p95, max."""
    harms: list[Row]
    violations: list[str]


def reported(play: Play, blobs: Blobs, *, seed: int, began: datetime, seconds: float) -> Report:
    """Look at everything, once all has ended."""
    stage = play.stage
    broken = _broken(play)
    rows = [_row(harm, stage) for harm in play.harms]
    paid = int(stage.one("SELECT count(*) AS n FROM provider_calls"))
    wasted = int(stage.one(REPAID)) + play.sandbox.billed() - paid
    interrupted = sum(row.steps for row in rows if row.kind in HITS)
    _keep_moves(stage)
    found = [
        *play.violations,
        *play.load.failures,
        *(f"{name}: {what}" for name, what in broken),
        *(f"{row.what}: {row.gap} s" for row in rows if _too_long(row, play.pulse.slowdown)),
        *(f"an object is missing: {key}" for key in _missing(stage, blobs)),
    ]
    if wasted > interrupted:
        found.append(f"{wasted} paid calls wasted, and only {interrupted} were interrupted")
    return Report(
        seed=seed,
        began=began,
        seconds=round(seconds, 1),
        lease=stage.clocks.lease,
        acknowledged=sum(len(client.acknowledged) + sum(client.batches.values()) for client in play.clients),
        jobs={
            row["state"]: row["n"] for row in stage.rows("SELECT state, count(*) AS n FROM jobs GROUP BY 1 ORDER BY 1")
        },
        lost=_count(broken, "lost"),
        stuck=_count(broken, "stuck"),
        doubled=_count(broken, "doubled"),
        fenced=sum(log.read_text(errors="replace").count('"event": "fenced"') for log in stage.logs()),
        paid=paid,
        wasted=wasted,
        interrupted=interrupted,
        slowdown=round(play.pulse.slowdown, 1),
        latency=dict(
            zip(("p50", "p95", "max"), (round(row["seconds"], 1) for row in stage.rows(LATENCY)), strict=False)
        ),
        harms=rows,
        violations=found,
    )


def _keep_moves(stage: Stage) -> None:
    """Every move of a step as a table beside the logs, for whoever has to explain a gap."""
    every = "COPY (SELECT * FROM chaos.moves ORDER BY id) TO STDOUT WITH CSV HEADER"
    with (
        (stage.supervisor.logs / "moves.csv").open("wb") as file,
        stage.connection() as connection,
        connection.cursor().copy(every) as rows,
    ):
        file.writelines(rows)


def _broken(play: Play) -> list[tuple[str, str]]:
    acknowledged = [job for client in play.clients for job in client.acknowledged]
    batches = {batch: items for client in play.clients for batch, items in client.batches.items()}
    with play.stage.connection() as connection:
        connection.execute(
            "INSERT INTO chaos.acknowledged SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING", (acknowledged,)
        )
        connection.execute(
            "INSERT INTO chaos.acknowledged_batches SELECT * FROM unnest($1::uuid[], $2::integer[])",
            (list(batches), list(batches.values())),
        )
        promises = connection.execute(PROMISES).fetchall()
        return [*broken_promises(connection), *((row["broken"], row["what"]) for row in promises)]


def _row(harm: Harm, stage: Stage) -> Row:
    gap, rerun = harm.gap(stage), harm.rerun(stage)
    return Row(
        what=harm.what,
        kind=harm.kind,
        steps=len(harm.steps),
        gap=None if gap is None else round(gap, 1),
        bound=harm.bound(stage.clocks.lease),
        rerun=None if rerun is None else round(rerun, 1),
        note=harm.note,
    )


def _too_long(row: Row, slowdown: float) -> bool:
    return row.gap is not None and row.bound is not None and row.gap > row.bound * slowdown


def _missing(stage: Stage, blobs: Blobs) -> list[str]:
    stored = {found.key for found in blobs.list("")}
    return [row["key"] for row in stage.rows(POINTERS) if row["key"] not in stored]


def _count(broken: Iterable[tuple[str, str]], word: str) -> int:
    return sum(name.startswith(word) for name, _ in broken)


def show(report: Report) -> None:
    """Print it for people."""
    console = Console(width=110)
    table = Table(title=f"Chaos: seed {report.seed}, {report.seconds:.0f} s, lease {report.lease:g} s")
    for name in ("harm", "kind", "steps hit", "longest gap", "bound", "ran again", ""):
        table.add_column(name, justify="left" if name in {"harm", "kind", ""} else "right")
    for row in report.harms:
        table.add_row(
            row.what,
            row.kind,
            str(row.steps or ""),
            _seconds(row.gap),
            _seconds(row.bound),
            _seconds(row.rerun),
            row.note,
        )
    console.print(table)
    console.print(
        f"{report.acknowledged} acknowledged: {report.lost} lost, {report.stuck} stuck, {report.doubled} doubled;"
        f" {report.fenced} results fenced"
    )
    console.print(", ".join(f"{count} {state}" for state, count in report.jobs.items()))
    console.print(
        f"{report.paid} paid calls, {report.wasted} wasted; {report.interrupted} steps were interrupted,"
        " each of which may have had one under way"
    )
    console.print(
        "article: "
        + ", ".join(f"{name} {seconds} s" for name, seconds in report.latency.items())
        + f"; the machine was {report.slowdown} times as slow as alone"
    )
    for violation in report.violations[:SHOWN]:
        console.print(f"[red]VIOLATION[/red] {violation}", highlight=False)
    console.print(
        "[green]every promise held[/green]" if not report.violations else f"{len(report.violations)} violations"
    )


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"
