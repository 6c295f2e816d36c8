"""`parlance ops ...`: what an operator does. Needs an admin's key with the scope admin."""

from typing import Annotated
from urllib.parse import quote

import typer

from services.cli.moments import age, second
from services.cli.options import AsJson
from services.cli.shell import screen_of, shell_of

ops = typer.Typer(no_args_is_help=True, help="Queues and workers, for admins (parlance login --admin).")
Queues = Annotated[list[str], typer.Argument(help="Names, as tts or tts.bulk.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; others see it.")]
Seconds = Annotated[int | None, typer.Option("--seconds", min=1, help="For so long; until resumed if not given.")]


@ops.command()
def queues(context: typer.Context, *, as_json: AsJson = False) -> None:
    """What waits, what runs and what is paused."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        rows = api.rows("/api/admin/queues")
    for row in rows:
        screen.document(row)
    heads = ("QUEUE", "READY", "RUNNING", "SLOTS", "OLDEST", "PAUSED")
    screen.table(
        heads,
        [
            [row.get(name) for name in ("name", "ready", "running", "slots")]
            + [age(row.get("oldest_ready_s")), _pause(row.get("paused"))]
            for row in rows
        ],
    )


def _pause(paused: dict[str, object] | None) -> str:
    if not paused:
        return ""
    until = f" until {second(paused['until'])}" if paused.get("until") else ""
    by = f" (by {paused['by']})" if paused.get("by") else ""
    return f"{paused.get('reason') or 'yes'}{until}{by}"


@ops.command()
def workers(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Who works, and who is draining."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        rows = api.rows("/api/admin/workers")
    for row in rows:
        screen.document(row)
    heads = ("WORKER", "SERVICE", "VERSION", "SLOTS", "RUNNING", "DRAINING", "SEEN")
    screen.table(
        heads,
        [
            [row.get(name) for name in ("name", "service", "version", "slots", "running")]
            + ["yes" if row.get("draining") else "no", second(row.get("seen_at"))]
            for row in rows
        ],
    )


@ops.command()
def pause(
    context: typer.Context, queues: Queues, *, reason: Reason, seconds: Seconds = None, as_json: AsJson = False
) -> None:
    """Let nothing more of these queues begin; what runs finishes."""
    body = {"reason": reason} | ({"seconds": seconds} if seconds else {})
    _for_each(context, "queues", queues, "pause", body, as_json=as_json)


@ops.command()
def resume(context: typer.Context, queues: Queues, *, as_json: AsJson = False) -> None:
    """End a pause."""
    _for_each(context, "queues", queues, "resume", None, as_json=as_json)


@ops.command()
def drain(context: typer.Context, worker: Annotated[str, typer.Argument()], *, as_json: AsJson = False) -> None:
    """Let a worker finish what it does and leave; its supervisor starts a new one."""
    _for_each(context, "workers", [worker], "drain", None, as_json=as_json)


def _for_each(context: typer.Context, what: str, names: list[str], verb: str, body: object, *, as_json: bool) -> None:
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        for name in names:
            screen.document(api.post(f"/api/admin/{what}/{quote(name, safe='')}/{verb}", body))
            screen.say(f"{name}: {verb} asked for.")
