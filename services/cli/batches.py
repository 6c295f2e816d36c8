"""`parlance batches ...`, and following the batches of a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec
import typer

from services.cli.exits import INCOMPLETE, INTERRUPTED, StopError
from services.cli.jobs import rows_of
from services.cli.moments import second
from services.cli.options import AsJson, Limit
from services.cli.shell import screen_of, shell_of

if TYPE_CHECKING:
    from services.cli.answers import BatchItem
    from services.cli.api import Api
    from services.cli.runs import Run
    from services.cli.screen import Screen
    from services.cli.sheets import Sheet

batches = typer.Typer(no_args_is_help=True, help="Articles that were ordered together.")
BatchId = Annotated[UUID, typer.Argument(help="The batch's id.")]
PATH = "/api/generation/batches"
LOST = ("failed", "expired", "cancelled")
"""Statuses of items that ended without an article."""
EVERY_ITEM = 100_000


@batches.command("list")
def list_batches(context: typer.Context, *, limit: Limit = 50, as_json: AsJson = False) -> None:
    """Batches, the newest first; with --json one line each."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        rows = rows_of(api, PATH, {}, limit)
    for row in rows:
        screen.document(row)
    heads = ("BATCH", "CREATED", "DONE", "SUCCEEDED", "PARTIAL", "FAILED", "NAME")
    screen.table(
        heads,
        [
            [row["id"], second(row["created_at"]), _done(row)]
            + [row["counts"].get(name) for name in ("succeeded", "partial", "failed")]
            + [row.get("name")]
            for row in rows
        ],
    )


def _done(row: dict[str, Any]) -> str:
    from services.cli.answers import Batch  # noqa: PLC0415  see below

    counts = msgspec.convert(row, Batch).counts
    return f"{counts.ended}/{counts.total}"


@batches.command()
def show(context: typer.Context, batch_id: BatchId, *, as_json: AsJson = False) -> None:
    """A batch: how far it is, what it cost, and which items failed."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        raw = api.get(f"{PATH}/{batch_id}")
        screen.document(raw)
        if not as_json:
            _tell_sum(screen, [raw])
            screen.put(*(_line(f"item {item.item}", item) for item in lost_items(api, str(batch_id))))


@batches.command()
def cancel(context: typer.Context, batch_id: BatchId, *, as_json: AsJson = False) -> None:
    """Stop all jobs of a batch that have not ended."""
    _ask(context, batch_id, "cancel", as_json=as_json)


@batches.command()
def retry(context: typer.Context, batch_id: BatchId, *, as_json: AsJson = False) -> None:
    """Try the items again that failed or expired, and no others."""
    _ask(context, batch_id, "retry", as_json=as_json)


def _ask(context: typer.Context, batch_id: UUID, verb: str, *, as_json: bool) -> None:
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        raw = api.post(f"{PATH}/{batch_id}/{verb}", safe=True)  # the newest job of each item decides: twice is once
    screen.document(raw)
    _tell_sum(screen, [raw])


def lost_items(api: "Api", batch_id: str) -> "list[BatchItem]":
    """The items that ended without an article, in the order of the file."""
    from services.cli.answers import BatchItem  # noqa: PLC0415  it brings the articles' model

    rows = rows_of(api, f"{PATH}/{batch_id}/items", {"status": list(LOST)}, EVERY_ITEM)
    return sorted((msgspec.convert(row, BatchItem) for row in rows), key=lambda item: item.item)


def _line(where: str, item: "BatchItem") -> str:
    error = item.job.error
    reason = f"{error.code}: {error.message or ''}".rstrip(": ") if error else item.job.status
    return f"{where}: {reason}"


def _tell_sum(screen: "Screen", states: list[dict[str, Any]]) -> None:
    from services.cli.meter import spent, summary  # noqa: PLC0415  rich takes half of a start

    screen.put(f"{summary(states)}.", f"{spent(states)}.")


def follow(api: "Api", screen: "Screen", run: "Run", sheet: "Sheet", errors: Path | None) -> None:
    """Show how far the run's batches are, a line for each failure, and at the end a sum and the rows that failed.

    Raises:
        StopError: Interrupted, or not everything succeeded.
    """
    from services.cli.meter import meter_for  # noqa: PLC0415  see above
    from services.cli.watching import watch_all  # noqa: PLC0415

    lost: dict[int, BatchItem] = {}  # by its place in the file, from 0
    states: list[dict[str, Any]] = []
    try:
        with meter_for(screen.err) as meter:
            for states in watch_all(api, [f"{PATH}/{chunk.batch_id}" for chunk in run.chunks]):
                meter.show(states)
                for place, item in _newly_lost(api, run, states, lost):
                    meter.tell(_line(f"row {sheet.rows[place].number}", item))
    except KeyboardInterrupt:
        message = "The batch goes on. The same command watches it again."
        raise StopError(INTERRUPTED, message) from None
    screen.document({"batches": states})
    _tell_sum(screen, states)
    _write_lost(screen, sheet, _all_lost(api, run, states), errors)
    if any(state["counts"]["succeeded"] < state["counts"]["total"] for state in states):
        raise StopError(INCOMPLETE, "Not every article fully succeeded.")


def _newly_lost(
    api: "Api", run: "Run", states: list[dict[str, Any]], lost: "dict[int, BatchItem]"
) -> "list[tuple[int, BatchItem]]":
    """The items that ended without an article since the last look, with their places in the file; `lost` learns them.

    Items are only asked for when the counts say that there are more.
    """
    news = []
    for chunk, state in zip(run.chunks, states, strict=True):
        places = range(chunk.first, chunk.first + chunk.count)
        if sum(state["counts"].get(status, 0) for status in LOST) == sum(place in lost for place in places):
            continue
        found = {chunk.first + item.item: item for item in lost_items(api, str(chunk.batch_id))}
        news += [(place, item) for place, item in found.items() if place not in lost]
        for place in places:
            lost.pop(place, None)  # somebody may have retried it
        lost |= found
    return news


def _all_lost(api: "Api", run: "Run", states: list[dict[str, Any]]) -> "dict[int, BatchItem]":
    """The items without an article as it ended, by their place: while it was watched somebody may have retried some."""
    return {
        chunk.first + item.item: item
        for chunk, state in zip(run.chunks, states, strict=True)
        if any(state["counts"].get(status, 0) for status in LOST)
        for item in lost_items(api, str(chunk.batch_id))
    }


def _write_lost(screen: "Screen", sheet: "Sheet", lost: "dict[int, BatchItem]", errors: Path | None) -> None:
    """The rows without an article, in the input's own format, so that they can be ordered again."""
    from services.cli.files import write_whole  # noqa: PLC0415  see above
    from services.cli.sheets import failed_rows  # noqa: PLC0415

    if errors is None:
        return
    if not lost:
        if errors.exists():
            screen.say(f"{errors} is of an earlier run: every row has its article by now.")
        return
    failures = []
    for place in sorted(lost):
        error = lost[place].job.error
        code, message = (error.code, error.message or "") if error else (lost[place].job.status, "")
        failures.append((sheet.rows[place], code, message))
    write_whole(errors, failed_rows(sheet, failures).encode())
    screen.say(f"Rows without an article: {len(lost)}. They are in {errors}, which can be ordered again.")
