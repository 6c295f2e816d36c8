"""`parlance batch FILE`: order every row of a file, once, whatever happens in between."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from services.cli.exits import WRONG, StopError
from services.cli.options import (
    AsJson,
    Language,
    Length,
    Level,
    Native,
    NoNarrate,
    Voice,
    Watch,
    order_options,
)
from services.cli.shell import Shell, screen_of, shell_of

if TYPE_CHECKING:
    from services.cli.api import Api
    from services.cli.orders import Order, Rules
    from services.cli.runs import Run
    from services.cli.screen import Screen
    from services.cli.sheets import Sheet

SHOWN_FAULTS = 200  # more help nobody
LONGEST_NAME = 200  # characters, as the server has it
File = Annotated[str, typer.Argument(help="CSV or JSON lines; - is the standard input.")]
Name = Annotated[str, typer.Option("--name", help="What to call the batch.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check all rows and estimate the cost; send nothing.")]
Again = Annotated[bool, typer.Option("--again", help="Order everything again, even what was sent before.")]
Errors = Annotated[Path | None, typer.Option("--errors", help="Where the rows that failed go.")]


def batch(
    context: typer.Context,
    file: File,
    *,
    name: Name = "",
    language: Language = None,
    level: Level = None,
    native: Native = None,
    length: Length = None,
    voice: Voice = None,
    no_narrate: NoNarrate = False,
    watch: Watch = False,
    dry_run: DryRun = False,
    again: Again = False,
    errors: Errors = None,
    as_json: AsJson = False,
) -> None:
    """Order an article for every row of a file.

    Columns: language, level, topic or source_text or source_url, native_language, length, words_to_use (a|b|c), voice,
    narrate, align. The options fill what a row leaves empty. All rows are checked first: if one is wrong nothing is
    sent. The same command goes on after Ctrl-C or a crash and orders nothing twice.
    """
    from services.cli.sheets import read_sheet  # noqa: PLC0415  httpx and rich take half of a start

    if len(name) > LONGEST_NAME:  # a run with a name that is refused for ever must not be begun
        raise StopError(WRONG, f"--name has {len(name)} characters; at most {LONGEST_NAME} are allowed.")
    shell, screen = shell_of(context), screen_of(as_json=as_json)
    sheet = read_sheet(_bytes_of(file), file)
    defaults = order_options(
        language=language, level=level, native=native, length=length, voice=voice, no_narrate=no_narrate
    )
    with shell.api(screen) as api:
        orders, rules = _checked(api, sheet, defaults)
        if dry_run:
            _tell_estimate(screen, orders, rules)
            return
        run = _send(api, shell, screen, orders, file=file, name=name, again=again)
        if watch:
            from services.cli.batches import follow  # noqa: PLC0415

            follow(api, screen, run, sheet, _errors_path(file, sheet, errors))
        else:
            _tell_sent(api, screen, run)


def _bytes_of(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StopError(WRONG, f"{file} cannot be read: {reason}.") from None


def _checked(api: "Api", sheet: "Sheet", defaults: "Order") -> "tuple[list[Order], Rules]":
    from services.cli.orders import Rules, orders_of  # noqa: PLC0415  see above

    rules = msgspec.convert(api.get("/api/languages"), Rules)
    orders, faults = orders_of(sheet, defaults, rules)
    if faults:
        shown = [f"{fault}." for fault in faults[:SHOWN_FAULTS]]
        more = [f"... and {len(faults) - SHOWN_FAULTS} more."] if len(faults) > SHOWN_FAULTS else []
        rows = len({fault.row for fault in faults})
        raise StopError(
            WRONG, *shown, *more, f"Nothing was sent: {rows} {'row is' if rows == 1 else 'rows are'} wrong."
        )
    return orders, rules


def _tell_estimate(screen: "Screen", orders: "list[Order]", rules: "Rules") -> None:
    from services.cli.estimates import SECONDS_AN_ARTICLE, SIDE_BY_SIDE, estimate  # noqa: PLC0415  see above
    from services.cli.money import dollars  # noqa: PLC0415

    expected = estimate(orders, rules)
    screen.document(expected)
    missing = f", without {' and '.join(expected.unpriced)}, whose price is unknown" if expected.unpriced else ""
    screen.put(
        f"{expected.rows} rows, about {expected.words} words. All rows are sound; nothing was sent.",
        f"An estimate: about {dollars(expected.micro_usd)}{missing}, at list prices and without repeats; "
        "the sandbox is free.",
        f"An estimate: about {-(-expected.seconds // 60)} min, if {SIDE_BY_SIDE} are written side by side in "
        f"{SECONDS_AN_ARTICLE} s each and nothing else waits.",
    )


def _send(
    api: "Api", shell: Shell, screen: "Screen", orders: "list[Order]", *, file: str, name: str, again: bool
) -> "Run":
    from services.cli import runs  # noqa: PLC0415  see above

    me = api.get("/api/auth/me")
    path = runs.run_path(shell.state, api.url, str(me["id"]), orders)
    run = None if again else runs.begun(path)
    if run is not None:
        screen.say(f"This was begun on {run.began:%Y-%m-%d at %H:%M} UTC and goes on; --again would order it anew.")
    else:
        most = min(runs.MOST_ITEMS, (me.get("plan") or {}).get("batch_items") or runs.MOST_ITEMS)
        new = runs.new_run(orders, most, url=api.url, account=str(me["id"]), source=file, name=name)
        run = runs.begin(path, new, again=again)
    for place, chunk in enumerate(run.chunks):
        if chunk.batch_id is None:
            body: dict[str, Any] = {"items": orders[chunk.first : chunk.first + chunk.count]}
            body |= {"name": run.name} if run.name else {}
            headers = {"Idempotency-Key": chunk.idempotency_key}
            made = api.post("/api/generation/batches", body, headers=headers, safe=True)
            run = runs.sent(path, run, place, str(made["id"]))
            screen.say(f"Batch {made['id']}: {chunk.count} articles ordered.")
    return run


def _tell_sent(api: "Api", screen: "Screen", run: "Run") -> None:
    batches = [api.get(f"/api/generation/batches/{chunk.batch_id}") for chunk in run.chunks]
    screen.document({"batches": batches})
    screen.put(*(str(made["id"]) for made in batches))
    screen.say("Watch with: parlance batches show ID, or the same command with --watch.")


def _errors_path(file: str, sheet: "Sheet", given: Path | None) -> Path | None:
    """Beside the input; nowhere for the standard input unless it was said where."""
    if given is not None or file == "-":
        return given
    path = Path(file)
    return path.with_name(f"{path.stem}.errors.{sheet.kind}")
