"""Lines of Tatoeba's weekly exports, one at a time out of however packed a file. Pure but for the file.

Formats: https://tatoeba.org/en/downloads.
"""

import bz2
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TextIO

import msgspec

from shared.jobs.errors import PermanentError

CODES = {
    "deu": "de",
    "eng": "en",
    "spa": "es",
    "fra": "fr",
    "ita": "it",
    "por": "pt",
    "jpn": "ja",
}
"""Tatoeba's codes (ISO 639-3) of our languages."""
LICENCE = "CC BY 2.0 FR"
"""Of all sentences; the author's name must be kept with them."""
LONGEST_LINE = 20_000  # characters
LONGEST_NUMBER = 18  # digits: what a bigint holds; today they have eight
BZIP = b"BZh"
TAR_MAGIC_AT, TAR_MAGIC = 257, b"ustar"


class TatoebaSentence(msgspec.Struct, frozen=True):
    """A line of `sentences_detailed`."""

    id: int
    language: str
    text: str
    author: str | None


class TatoebaAudio(msgspec.Struct, frozen=True):
    """A line of `sentences_with_audio`: who speaks, and under which licence; without one nobody may use it."""

    id: int
    author: str
    licence: str
    address: str


def lines_of(path: Path) -> Iterator[list[str]]:
    """The file's lines, cut at tabulators: plain, .bz2, .tar or .tar.bz2. What is too long for a line is empty ones.

    Raises:
        PermanentError: `table_unreadable`, it is damaged or not UTF-8.
    """
    try:
        with (
            path.open("rb") as raw,
            _unpacked(raw) as binary,
            io.TextIOWrapper(binary, encoding="utf-8", newline="\n") as text,
        ):
            yield from _lines(text)
    except (OSError, EOFError, ValueError, OverflowError, tarfile.TarError) as error:
        raise PermanentError("table_unreadable", "The file is no export of Tatoeba's, or it is damaged.") from error


def _lines(text: TextIO) -> Iterator[list[str]]:
    """No line has a NUL: the database keeps none."""
    whole = True
    while line := text.readline(LONGEST_LINE):
        begins, whole = whole, line.endswith("\n") or len(line) < LONGEST_LINE
        yield line.replace("\x00", "").rstrip("\r\n").split("\t") if begins and whole else [""]


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    packed = raw.read(len(BZIP)) == BZIP
    raw.seek(0)
    stream: IO[bytes] = bz2.BZ2File(raw) if packed else raw
    begin = stream.read(TAR_MAGIC_AT + len(TAR_MAGIC))
    stream.seek(0)
    if not begin.endswith(TAR_MAGIC):
        return stream
    archive = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115 - it ends with the stream below it
    for member in archive:
        if member.isfile() and (file := archive.extractfile(member)) is not None:
            return file
    message = "an archive without a file"
    raise tarfile.TarError(message)


def number_in(text: str) -> int | None:
    """A sentence's number; null if it is none that Tatoeba could give."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def sentence_in(line: list[str]) -> TatoebaSentence | None:
    """The sentence; null if the line is broken. A language that is not ours keeps Tatoeba's code."""
    number = number_in(line[0])
    if len(line) < 4 or number is None or not line[2].strip():  # noqa: PLR2004 - id, language, text, author
        return None
    author = None if line[3] in {"", "\\N"} else line[3]
    return TatoebaSentence(number, CODES.get(line[1], line[1]), line[2].strip(), author)


def link_in(line: list[str]) -> tuple[int, int] | None:
    """A sentence and its translation; null if the line is broken."""
    if len(line) < 2:  # noqa: PLR2004 - both ids
        return None
    one, other = number_in(line[0]), number_in(line[1])
    return None if one is None or other is None else (one, other)


def tag_in(line: list[str]) -> tuple[int, str] | None:
    """A sentence and its tag; null if the line is broken."""
    number = number_in(line[0])
    if len(line) < 2 or number is None or not line[1].strip():  # noqa: PLR2004 - id and tag
        return None
    return number, line[1].strip()


def audio_in(line: list[str]) -> TatoebaAudio | None:
    """A recording that may be used; null if it may not, or the line is broken.

    Newer exports have the recording's own id behind the sentence's.
    """
    number = number_in(line[0])
    if len(line) > 1 and line[1].isdecimal():
        line = [line[0], *line[2:]]
    if len(line) < 3 or number is None or line[2] in {"", "\\N"}:  # noqa: PLR2004 - id, speaker, licence
        return None
    address = line[3] if len(line) > 3 and line[3] != "\\N" else ""  # noqa: PLR2004 - where it has an address
    return TatoebaAudio(number, line[1], line[2], address)


def recorded(line: list[str]) -> bool:
    """Whether a line is about a recording, whether it may be used or not."""
    return len(line) > 2 and number_in(line[0]) is not None  # noqa: PLR2004 - id, speaker, licence
