"""`parlance import FILE`: words from a table or an Anki deck into the bank."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import uuid4

import msgspec
import typer

from services.cli.exits import WRONG, StopError
from services.cli.lexicon import counted
from services.cli.options import AsJson
from services.cli.pairs import OfPair, pair_of
from services.cli.shell import screen_of, shell_of

if TYPE_CHECKING:
    from services.cli.api import Api
    from services.cli.mapping import Sample
    from services.cli.screen import Screen

PATH: Final = "/api/imports"
KINDS: Final = {".csv": "words", ".tsv": "words", ".txt": "words", ".apkg": "deck"}
TABLE_FIELDS: Final = ("lemma", "translation", "pos", "reading", "example", "note")
NOTE_FIELDS: Final = ("lemma", "translation", "reading", "example", "note")
File = Annotated[Path, typer.Argument(help="CSV, TSV, or a deck of Anki (.apkg).")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="What is where, as lemma=Front; may be repeated. Without it you are asked."),
]
NoteType = Annotated[str | None, typer.Option("--note-type", help="Of a deck: only notes of this type.")]
NoHeader = Annotated[bool, typer.Option("--no-header", help="The first row of the table is a word already.")]
Both = Annotated[bool, typer.Option("--both", help="Of a table: make cards in both directions.")]
Report = Annotated[Path | None, typer.Option("--report", help="Write what became of each row to this file.")]


def import_file(
    context: typer.Context,
    file: File,
    *,
    language: OfPair = None,
    mapping: Map = None,
    note_type: NoteType = None,
    no_header: NoHeader = False,
    both: Both = False,
    report: Report = None,
    as_json: AsJson = False,
) -> None:
    """Put the words of a file into your bank. What you have already stays as it is; wrong rows are reported.

    Fields to map: lemma, translation, pos, reading, example, note; columns by name, or by number from 1. Importing a
    file again doubles nothing. Ctrl-C leaves the import running.
    """
    from services.cli.transfers import send_file  # noqa: PLC0415  httpx and rich take half of a start

    kind = KINDS.get(file.suffix.lower())
    if kind is None:
        raise StopError(WRONG, f"{file} has none of the endings {', '.join(KINDS)}: what is it?")
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        pair = pair_of(api, language)
        upload = send_file(api, screen.err, file, f"{PATH}/uploads")
        source = {"upload_id": upload["id"], "kind": kind}
        samples = _samples(api, screen, source)
        order = source | {"pair_id": pair["id"]}
        if kind == "deck":
            order["note_types"] = _note_types(screen, samples, mapping or [], note_type)
        else:
            order |= {"columns": _places(screen, samples[0], mapping or [], TABLE_FIELDS), "header": not no_header}
            order["directions"] = ["recognition", "production"] if both else ["recognition"]
        _import(api, screen, order, report)


def _samples(api: "Api", screen: "Screen", source: dict[str, Any]) -> "list[Sample]":
    """How the file begins: one sample of a table, one of each note type of a deck."""
    from services.cli.jobs import follow, require_success  # noqa: PLC0415  see above
    from services.cli.mapping import Sample  # noqa: PLC0415

    job = follow(api, screen, api.post(f"{PATH}/preview", source, safe=True))
    require_success(job)
    samples = msgspec.convert(api.get(f"{PATH}/{job['id']}")["preview"] or [], list[Sample])
    if not samples:
        raise StopError(WRONG, "There is nothing in it.")
    return samples


def _places(screen: "Screen", sample: "Sample", mapping: list[str], fields: tuple[str, ...]) -> dict[str, int]:
    from services.cli.mapping import asked_places, given_places  # noqa: PLC0415  see above

    places = given_places(mapping, sample, fields) if mapping else asked_places(screen, sample, fields)
    if not places:
        raise StopError(WRONG, "Nothing was imported.")
    return dict(places)


def _note_types(
    screen: "Screen", samples: "list[Sample]", mapping: list[str], note_type: str | None
) -> dict[str, dict[str, str]]:
    """The fields of each note type that is taken; a mapping is for those that have all its fields."""
    from services.cli.mapping import asked_places, fits, given_places  # noqa: PLC0415  see above

    named = [sample for sample in samples if note_type in (None, sample.name)]
    chosen = [sample for sample in named if not mapping or fits(mapping, sample)]
    if not chosen:
        there = "; ".join(f"{sample.name}: {', '.join(sample.columns)}" for sample in samples)
        raise StopError(WRONG, f"No type of notes fits. There is {there}.")
    taken = {}
    for sample in chosen:
        ask = given_places(mapping, sample, NOTE_FIELDS) if mapping else asked_places(screen, sample, NOTE_FIELDS)
        if ask:
            taken[sample.name] = {field: sample.columns[place] for field, place in ask.items()}
    if not taken:
        raise StopError(WRONG, "Nothing was imported.")
    return taken


def _import(api: "Api", screen: "Screen", order: dict[str, Any], report: Path | None) -> None:
    """Order it, watch it, and tell what became of the rows."""
    from services.cli.jobs import follow, require_success  # noqa: PLC0415  see above
    from services.cli.transfers import fetch_file  # noqa: PLC0415

    # The key makes it safe to ask again after a lost answer: the same key is the same job.
    job = api.post(PATH, order, headers={"Idempotency-Key": str(uuid4())}, safe=True)
    job = follow(api, screen, job)
    require_success(job)
    done = api.get(f"{PATH}/{job['id']}")
    screen.document(done)
    screen.put(f"Rows: {counted(done['counts'])}.")
    if report is not None and done.get("report_url"):
        fetch_file(api, screen.err, done["report_url"], report)
        screen.say(f"What became of each row is in {report}.")
