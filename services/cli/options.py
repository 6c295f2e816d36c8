"""Options that several commands have, and what an order's options say together."""

from pathlib import Path
from typing import Annotated, Any, Final, TextIO

import typer

from services.cli.exits import WRONG, StopError

MOST_SOURCE: Final = 4 * 40_000  # bytes: the longest text that may be ordered, each character at its longest

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Watch = Annotated[bool, typer.Option("--watch", help="Stay until it is done and show how far it is.")]
Language = Annotated[str | None, typer.Option("--language", help="Of the article: de, en, es, fr, it, ja, pt.")]
Level = Annotated[str | None, typer.Option("--level", help="CEFR level: A1 to C2.")]
Native = Annotated[str | None, typer.Option("--native", help="Translate into this language.")]
Length = Annotated[int | None, typer.Option("--length", help="Words the article should have.")]
Voice = Annotated[str | None, typer.Option("--voice", help="Who reads it aloud.")]
NoNarrate = Annotated[bool, typer.Option("--no-narrate", help="Do not read it aloud.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="Show at most so many, the newest first.")]


def order_options(
    *,
    language: str | None,
    level: str | None,
    native: str | None,
    length: int | None,
    voice: str | None,
    no_narrate: bool,
) -> dict[str, Any]:
    """The fields of an order that were given as options."""
    given = {
        "language": language,
        "level": level.upper() if level else None,
        "native_language": native,
        "length": length,
        "voice": voice,
        "narrate": False if no_narrate else None,
    }
    return {field: value for field, value in given.items() if value is not None}


def read_text(name: str, stdin: TextIO) -> str:
    """The text of a file, or of the standard input for `-`.

    Raises:
        StopError: It is none.
    """
    try:
        data: bytes = stdin.buffer.read(MOST_SOURCE + 1) if name == "-" else Path(name).expanduser().read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StopError(WRONG, f"{name} is not UTF-8 text.") from None
    except (OSError, ValueError, RuntimeError) as error:  # not there, a NUL in the name, no home folder
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StopError(WRONG, f"{name} cannot be read: {reason}.") from None
