"""A zip that somebody else has made: what is looked at before anything is unpacked, and how much ever is.

A member's size is what comes out of it, not what its header says.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import SEEK_END
from pathlib import Path
from typing import IO

import zstandard

from shared.jobs.errors import PermanentError
from shared.jobs.steps import Watch

MOST_MEMBERS = 100_000
MOST_COLLECTION = 1024**3  # bytes of notes; 50 000 notes take about a fiftieth of that
MOST_MEDIUM = 20 * 1024**2  # bytes of one picture or recording
MOST_MEDIA_MAP = 32 * 1024**2  # bytes
MOST_DIRECTORY = 16 * 1024**2  # bytes: about 150 a member
MOST_RATIO = 200
"""Unpacked to packed: a database of text is packed to about a tenth, a bomb to a thousandth."""
FREE = 1024**2  # bytes below which the ratio says nothing
MOST_ALTOGETHER = 2 * 1024**3  # bytes of all media
BLOCK = 256 * 1024  # bytes
NAMES = re.compile(r"collection\.anki(?:2|21|21b)|meta|media|[0-9]{1,6}")
ENCRYPTED = 0x1
END, END_SIZE, END64_LOCATOR, END64_SIZE = b"PK\x05\x06", 22, b"PK\x06\x07", 20 + 56
LONGEST_COMMENT = 2**16  # bytes
ZSTD = b"\x28\xb5\x2f\xfd"
WINDOW = 128 * 1024**2  # bytes that a zstd frame may ask for


class TooLargeError(Exception):
    """More came out than may."""


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, if it is one of a deck and nothing about it is odd.

    Raises:
        PermanentError: `archive_unreadable`, no zip or damaged; `archive_unsafe`, encrypted, a path in a name, too many
            members.
    """
    try:
        _require_small_directory(path)
        with zipfile.ZipFile(path) as archive:
            _require_sound(archive.infolist())
            yield archive
    except (zipfile.BadZipFile, zstandard.ZstdError, EOFError, NotImplementedError) as error:
        raise PermanentError("archive_unreadable", "The file is no Anki package, or it is damaged.") from error
    except TooLargeError as error:
        raise PermanentError("archive_unsafe", "The package unpacks to far more than it may.") from error


def _require_small_directory(path: Path) -> None:
    """Opening a zip reads all of its directory, which may be nearly all of the file: its length is looked at first.

    Source: APPNOTE.TXT of PKWARE, sections 4.3.14 to 4.3.16; which end counts is told as `zipfile` tells it.
    """
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - LONGEST_COMMENT - END_SIZE - END64_SIZE))
        tail = file.read()
    plain = tail[-END_SIZE:].startswith(END) and tail.endswith(b"\0\0")
    at = len(tail) - END_SIZE if plain else tail.rfind(END)
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if at >= END64_SIZE and tail[at - 20 :].startswith(END64_LOCATOR):
        length = int.from_bytes(tail[at - 36 : at - 28], "little")
    if length > MOST_DIRECTORY:
        raise PermanentError("archive_unsafe", f"The package has more than {MOST_MEMBERS} files.")


def _require_sound(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise PermanentError("archive_unsafe", f"The package has more than {MOST_MEMBERS} files.")
    names = [member.filename for member in members]
    odd = [name for name in names if not NAMES.fullmatch(name)]
    if odd or len(set(names)) != len(names):
        raise PermanentError("archive_unsafe", "The package holds files that no Anki package has, or one twice.")
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise PermanentError("archive_unsafe", "The package is encrypted.")


def require_intact(archive: zipfile.ZipFile, watch: Watch) -> None:
    """Unpack all media once and forget them: what is damaged in its middle must not be half taken in.

    Raises:
        zipfile.BadZipFile: A member is damaged.
        TooLargeError: Altogether they are too large; a single one that is, is left out later.
    """
    size = 0
    for name in filter(str.isdigit, archive.namelist()):
        watch.check()
        with suppress(TooLargeError):
            for block in unpacked(archive, name, MOST_MEDIUM):
                size += len(block)
        if size > MOST_ALTOGETHER:
            raise TooLargeError(name)


def unpacked(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """A member in blocks; one that was packed with zstd inside comes out of that, too.

    Raises:
        TooLargeError: More than `most` bytes, or out of proportion.
    """
    bound = min(most, max(FREE, MOST_RATIO * archive.getinfo(name).compress_size))
    size = 0
    with archive.open(name) as member:
        for block in _blocks(member):
            size += len(block)
            if size > bound:
                raise TooLargeError(name)
            yield block


def _blocks(member: IO[bytes]) -> Iterator[bytes]:
    first = member.read(BLOCK)
    if not first.startswith(ZSTD):
        while first:
            yield first
            first = member.read(BLOCK)
        return
    member.seek(0)
    reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(member, read_across_frames=True)
    while block := reader.read(BLOCK):
        yield block


def unpack(archive: zipfile.ZipFile, name: str, to: Path, most: int) -> Path:
    """Write a member to a file.

    Raises:
        TooLargeError: As `unpacked`.
    """
    with to.open("wb") as file:
        for block in unpacked(archive, name, most):
            file.write(block)
    return to
