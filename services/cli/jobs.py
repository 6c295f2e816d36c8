"""`parlance jobs ...`, and what every command that watches a job does."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec
import typer

from services.cli.exits import INCOMPLETE, INTERRUPTED, StopError
from services.cli.moments import second
from services.cli.options import AsJson, Limit, Watch
from services.cli.shell import screen_of, shell_of

if TYPE_CHECKING:
    from services.cli.api import Api
    from services.cli.screen import Screen

jobs = typer.Typer(no_args_is_help=True, help="What you asked for, and how far it is.")
JobId = Annotated[UUID, typer.Argument(help="The job's id.")]
Statuses = Annotated[list[str] | None, typer.Option("--status", help="Only these; may be repeated.")]
Kind = Annotated[str | None, typer.Option("--kind", help="Only this kind, as write_article.")]
BatchFilter = Annotated[UUID | None, typer.Option("--batch", help="Only this batch.")]
After = Annotated[str | None, typer.Option("--created-after", help="ISO 8601, as 2026-01-31T08:00:00Z.")]
Before = Annotated[str | None, typer.Option("--created-before", help="ISO 8601.")]
PAGE = 100  # rows asked for at a time


@jobs.command("list")
def list_jobs(
    context: typer.Context,
    *,
    status: Statuses = None,
    kind: Kind = None,
    batch: BatchFilter = None,
    created_after: After = None,
    created_before: Before = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Jobs, the newest first; with --json one line each."""
    filters = {
        "status": status,
        "kind": kind,
        "batch_id": str(batch) if batch else None,
        "created_after": created_after,
        "created_before": created_before,
    }
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        rows = rows_of(api, "/api/jobs", filters, limit)
    for row in rows:
        screen.document(row)
    screen.table(
        ("JOB", "KIND", "STATUS", "%", "CREATED", "ERROR"),
        [
            [row.get(name) for name in ("id", "kind", "status", "percent")] + [second(row["created_at"]), _code(row)]
            for row in rows
        ],
    )


def rows_of(api: "Api", path: str, filters: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """The first `limit` rows of a list of the API, page by page."""
    given = {name: value for name, value in filters.items() if value}
    rows: list[dict[str, Any]] = []
    token = ""
    while len(rows) < limit:
        paging = {"page_size": min(PAGE, limit - len(rows))} | ({"page_token": token} if token else {})
        page = api.get(path, given | paging)
        rows += msgspec.convert(page["items"], list[dict[str, Any]])
        token = page.get("next_page_token", "")
        if not token or not page["items"]:
            break
    return rows[:limit]


def _code(row: dict[str, Any]) -> str:
    return str(row["error"]["code"]) if row.get("error") else ""


@jobs.command()
def show(context: typer.Context, job_id: JobId, *, as_json: AsJson = False) -> None:
    """A job with its steps and its cost."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        print_job(screen, api.get(f"/api/jobs/{job_id}"))


@jobs.command()
def watch(context: typer.Context, job_id: JobId, *, as_json: AsJson = False) -> None:
    """Stay until a job is done. Ctrl-C leaves it running."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        tell_job(screen, follow(api, screen, api.get(f"/api/jobs/{job_id}")), watched=True)


@jobs.command()
def cancel(context: typer.Context, job_id: JobId, *, as_json: AsJson = False) -> None:
    """Stop a job; what was made is kept."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        tell_job(screen, api.post(f"/api/jobs/{job_id}/cancel", safe=True), watched=False)


@jobs.command()
def retry(context: typer.Context, job_id: JobId, *, watch: Watch = False, as_json: AsJson = False) -> None:
    """Try again what did not fully succeed, as a new job that keeps what had succeeded."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        job = api.post(f"/api/jobs/{job_id}/retry", safe=True)  # a job has one retry: asking twice gives the same
        if watch:
            job = follow(api, screen, job)
        tell_job(screen, job, watched=watch)


def follow(api: "Api", screen: "Screen", job: dict[str, Any]) -> dict[str, Any]:
    """Show the job's steps until it is done; how it ended.

    Raises:
        StopError: Interrupted: the job goes on, and the sentence says how to watch again.
    """
    from services.cli import watching  # noqa: PLC0415  httpx and rich take half of a start
    from services.cli.answers import Job  # noqa: PLC0415
    from services.cli.board import board_for  # noqa: PLC0415

    try:
        with board_for(screen.err) as board:
            for state in watching.watch(api, f"/api/jobs/{job['id']}"):
                job = state
                board.show(msgspec.convert(job, Job))
    except KeyboardInterrupt:
        message = f"The job goes on. Watch it again with: parlance jobs watch {job['id']}"
        raise StopError(INTERRUPTED, message) from None
    return job


def tell_job(screen: "Screen", job: dict[str, Any], *, watched: bool) -> None:
    """The job as a result: its id and status, or all of it as JSON.

    Raises:
        StopError: It was watched to its end, and did not fully succeed.
    """
    screen.document(job)
    screen.put(f"{job['id']}  {job['status']}")
    article = (job.get("result") or {}).get("article")  # other kinds of job make other things
    if article:
        screen.put(f"article {article['id']}")
    if watched:
        require_success(job)


def require_success(job: dict[str, Any]) -> None:
    """The job, which has ended, did all that was asked.

    Raises:
        StopError: It did not.
    """
    if job["status"] != "succeeded":
        raise StopError(INCOMPLETE, _ending(job))


def _ending(job: dict[str, Any]) -> str:
    error = job.get("error")
    reason = f": {error['code']}. {error.get('message') or ''}".rstrip() if error else "."
    return f"The job is {job['status']}{reason}"


def print_job(screen: "Screen", job: dict[str, Any]) -> None:
    """All that is known of a job."""
    from services.cli.answers import Job  # noqa: PLC0415  see above
    from services.cli.report import print_steps  # noqa: PLC0415

    screen.document(job)
    if not screen.as_json:
        screen.put(f"{job['id']}  {job['kind']}  {job['status']}  created {second(job['created_at'])}")
        print_steps(screen.out, msgspec.convert(job, Job))
        if job.get("error"):
            screen.put("", _ending(job))
