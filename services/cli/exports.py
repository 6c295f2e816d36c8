"""`parlance export`: everything that somebody keeps, as a file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final
from uuid import uuid4

import typer

from services.cli.exits import WRONG, StopError
from services.cli.options import AsJson
from services.cli.shell import screen_of, shell_of

PATH: Final = "/api/exports"


class Format(StrEnum):
    """What can be made."""

    JSON = "json"
    APKG = "apkg"


WHAT: Final = {Format.JSON: "Everything you keep", Format.APKG: "Your word bank"}
FormatOption = Annotated[Format, typer.Option("--format", help="json: a ZIP of JSON and CSV; apkg: a deck for Anki.")]
Out = Annotated[Path, typer.Option("--out", help="The file to write.")]


def export(context: typer.Context, *, out: Out, form: FormatOption = Format.JSON, as_json: AsJson = False) -> None:
    """Write everything that you keep to a file: words, cards, reviews, lists. Ctrl-C leaves the export running."""
    from services.cli.jobs import follow, require_success  # noqa: PLC0415  httpx and rich take half of a start
    from services.cli.transfers import fetch_file  # noqa: PLC0415

    if not out.absolute().parent.is_dir():
        raise StopError(WRONG, f"{out} cannot be written: there is no folder {out.parent}.")
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        headers = {"Idempotency-Key": str(uuid4())}  # after a lost answer the same key is the same job
        job = follow(api, screen, api.post(PATH, {"format": form.value}, headers=headers, safe=True))
        require_success(job)
        done = api.get(f"{PATH}/{job['id']}")
        fetch_file(api, screen.err, done["url"], out)
    screen.document(done)
    screen.say(f"{WHAT[form]} is in {out}.")
