"""`parlance packs ...`: words that belong together, ready to be learnt."""

from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.jobs import rows_of
from services.cli.lexicon import counted, headword, meanings, titled
from services.cli.options import AsJson, Level, Limit
from services.cli.pairs import OfPair, pair_of
from services.cli.shell import screen_of, shell_of

packs = typer.Typer(no_args_is_help=True, help="Words that belong together, ready to be learnt.")
PATH = "/api/packs"
PackId = Annotated[UUID, typer.Argument(help="The pack's id.")]
Both = Annotated[bool, typer.Option("--both", help="Make cards in both directions, not only for recognising.")]


@packs.command("list")
def list_packs(
    context: typer.Context,
    *,
    language: OfPair = None,
    level: Level = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Packs of a language that you learn, the easiest first; with --json one line each."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        pair = pair_of(api, language)
        rows = rows_of(api, PATH, {"pair_id": pair["id"], "level": level.upper() if level else None}, limit)
    for row in rows:
        screen.document(row)
    native = str(pair["native_language"])
    screen.table(
        ("PACK", "LEVEL", "WORDS", "YOURS", "TITLE"),
        [[*(row[name] for name in ("id", "level", "words", "owned")), titled(row["title"], native)] for row in rows],
    )


@packs.command()
def show(context: typer.Context, pack_id: PackId, *, language: OfPair = None, as_json: AsJson = False) -> None:
    """A pack with its words."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        pair = pair_of(api, language)
        pack = api.get(f"{PATH}/{pack_id}", {"pair_id": pair["id"]})
    native = str(pair["native_language"])
    screen.document(pack)
    screen.put(f"{titled(pack['title'], native)} ({pack['level']})", titled(pack["description"], native))
    screen.table(
        ("WORD", "MEANING", "YOURS"),
        [[headword(word), meanings(word, native), "yes" if word["owned"] else ""] for word in pack["items"]],
    )


@packs.command()
def add(
    context: typer.Context, pack_id: PackId, *, language: OfPair = None, both: Both = False, as_json: AsJson = False
) -> None:
    """Put a pack's words into your bank, with cards; what you have already stays as it is."""
    body: dict[str, Any] = {"cards": ["recognition", "production"] if both else ["recognition"]}
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        body["pair_id"] = pair_of(api, language)["id"]
        taken = api.post(f"{PATH}/{pack_id}/add", body, safe=True)  # what is there is skipped: twice is once
    screen.document(taken)
    screen.put(f"Words: {counted(taken, ('added', 'skipped'))}. New cards: {taken['cards']}.")
