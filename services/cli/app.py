"""The command line `parlance`: a client of the HTTP API for people and for scripts. Puts the process together."""

import errno
import os
import platform
import sys
from pathlib import Path

import typer
from typer.core import TyperGroup

from services.cli import (
    accounts,
    article,
    articles,
    batch,
    batches,
    exports,
    imports,
    jobs,
    ops,
    packs,
    pairs,
    review,
    words,
)
from services.cli.exits import EXPLAINED, FAILED, INTERRUPTED, StopError
from services.cli.shell import Shell

UNLIKE_THE_API = (ValueError, LookupError, TypeError, AttributeError)
"""What reading an answer raises that does not look like the API's; msgspec's errors are among them."""


class Root(TyperGroup):
    """The commands, none of which ends with a traceback for what people, disks and networks do."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # click's own is not typer's to import
        """Run the command; what stops it becomes a sentence on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except StopError as stop:
            _complain(*stop.sentences)
            code = stop.code
        except (KeyboardInterrupt, typer.Abort):
            _complain("Interrupted.")
            code = INTERRUPTED
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # who reads us has gone: click ends quietly
            named = f"{error.filename}: " if error.filename else ""
            _complain(f"{named}{error.strerror or error}.")
            code = FAILED
        except UNLIKE_THE_API as error:
            _complain(f"The server's answer was not understood: {error}.", "Does it have another version?")
            code = FAILED
        raise typer.Exit(code)


def _complain(*sentences: str) -> None:
    from services.cli.screen import Screen  # noqa: PLC0415  rich takes half of a start

    Screen().say(*sentences)


app = typer.Typer(
    cls=Root,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",  # else the line ends of our docstrings are kept
    help="Order, follow and read articles, and learn their words.\n\nPARLANCE_URL and PARLANCE_API_KEY win over what "
    "`parlance login` keeps.",
    epilog=EXPLAINED,
)
app.command()(accounts.register)
app.command()(accounts.login)
app.command()(accounts.logout)
app.command()(accounts.whoami)
app.command()(article.article)
app.command()(batch.batch)
app.command()(review.review)
app.command("import")(imports.import_file)
app.command()(exports.export)
app.add_typer(jobs.jobs, name="jobs")
app.add_typer(batches.batches, name="batches")
app.add_typer(articles.articles, name="articles")
app.add_typer(pairs.pairs, name="pairs")
app.add_typer(words.words, name="words")
app.add_typer(packs.packs, name="packs")
app.add_typer(ops.ops, name="ops")


def main() -> None:
    """Run the command of `sys.argv`."""
    from platformdirs import PlatformDirs  # noqa: PLC0415  completion needs it not

    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115  Python has none after `>&-`
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    folders = PlatformDirs("parlance", appauthor=False)
    shell = Shell(
        environ=os.environ,
        settings=folders.user_config_path,
        state=folders.user_state_path,
        machine=platform.node() or "this machine",
    )
    sys.exit(app(obj=shell, prog_name="parlance"))
