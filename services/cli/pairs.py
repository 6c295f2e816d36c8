"""`parlance pairs ...`: which languages somebody learns, and from which."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.exits import WRONG, StopError
from services.cli.options import AsJson
from services.cli.shell import screen_of, shell_of

if TYPE_CHECKING:
    from services.cli.api import Api

pairs = typer.Typer(no_args_is_help=True, help="The languages you learn.")
PATH = "/api/vocab/pairs"
NO_PAIR = "You learn no language yet: begin with `parlance pairs add de --native en`."
Learnt = Annotated[str, typer.Argument(help="What you learn: de, en, es, fr, it, ja, pt.")]
From = Annotated[str, typer.Option("--native", help="What you know already.")]
OfPair = Annotated[str | None, typer.Option("--language", help="Of which of your languages; the active one without.")]


@pairs.command("list")
def list_pairs(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Your languages; with --json one line each."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        rows = pairs_of(api)
    for row in rows:
        screen.document(row)
    heads = ("PAIR", "LANGUAGE", "FROM", "ACTIVE")
    screen.table(
        heads,
        [[row["id"], row["language"], row["native_language"], "yes" if row.get("active") else ""] for row in rows],
    )


@pairs.command()
def add(context: typer.Context, language: Learnt, *, native: From, as_json: AsJson = False) -> None:
    """Begin to learn a language."""
    screen = screen_of(as_json=as_json)
    body = {"language": language, "native_language": native}
    with shell_of(context).api(screen) as api:
        made = api.post(PATH, body)
    screen.document(made)
    screen.put(f"{made['id']}  {made['language']} from {made['native_language']}")


@pairs.command()
def use(context: typer.Context, language: Learnt) -> None:
    """Go on with this language: the other commands mean it where nothing else is said."""
    screen = screen_of()
    with shell_of(context).api(screen) as api:
        pair = pair_of(api, language)
        api.send("PUT", f"{PATH}/{pair['id']}/active")
    screen.say(f"You go on with {pair['language']} from {pair['native_language']}.")


def pairs_of(api: "Api") -> list[dict[str, Any]]:
    """All pairs of the learner.

    Raises:
        StopError: They cannot be had.
    """
    from services.cli.jobs import rows_of  # noqa: PLC0415  one page is all of them

    return rows_of(api, PATH, {}, 1000)


def pair_of(api: "Api", language: str | None) -> dict[str, Any]:
    """The pair of a language, or the active one.

    Raises:
        StopError: The learner has none.
    """
    rows = pairs_of(api)
    for row in rows:
        if row.get("active") if language is None else row["language"] == language:
            return row
    if rows and language is not None:
        raise StopError(WRONG, f"You do not learn {language}: begin with `parlance pairs add {language} --native en`.")
    raise StopError(WRONG, NO_PAIR)
