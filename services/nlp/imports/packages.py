"""Which of the three formats an Anki package has, where its notes are, and what its media are called.

Source: packages made with genanki 0.13 and anki 26.9.
"""

import zipfile
from collections.abc import Iterator

import msgspec

from services.nlp.imports.archives import MOST_MEDIA_MAP, TooLargeError, unpacked
from shared.jobs.errors import PermanentError

NEWEST_FIRST = ("collection.anki21b", "collection.anki21", "collection.anki2")
MOST_VERSION = 3
VARINT, BYTES, FIXED64, FIXED32 = 0, 2, 1, 5
"""Wire types of protocol buffers."""
LONGEST_VARINT = 70  # bits


def collection_name(archive: zipfile.ZipFile) -> str:
    """The member that holds the notes.

    A newer package also has a `collection.anki2`, whose one note asks to update Anki: it is never read for the others.

    Raises:
        PermanentError: `deck_stub`, only that note is there, or the package is newer than what we know;
            `archive_unreadable`, there is no collection at all.
    """
    names = set(archive.namelist())
    version = _version(archive) if "meta" in names else 0
    found = next((name for name in NEWEST_FIRST if name in names), None)
    if found is None:
        raise PermanentError("archive_unreadable", "There is no collection in the package.")
    if version > MOST_VERSION or (version >= 2 and found != NEWEST_FIRST[3 - version]):  # noqa: PLR2004 - formats 2, 3
        detail = "The package is of another format than it says, or of a newer one: export it for older versions."
        raise PermanentError("deck_stub", detail)
    return found


def media_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The member that holds each medium, by the name that notes use.

    Raises:
        PermanentError: `archive_unreadable`, the map of media is damaged.
        TooLargeError: The map is.
    """
    if "media" not in archive.namelist():
        return {}
    packed = b"".join(unpacked(archive, "media", MOST_MEDIA_MAP))
    members = set(archive.namelist())
    try:
        names = _from_json(packed) if packed[:1] in {b"{", b""} else _from_protobuf(packed)
    except (msgspec.DecodeError, ValueError, IndexError) as error:
        raise PermanentError("archive_unreadable", "The package's list of media is damaged.") from error
    return {name: member for name, member in names if member in members}


def _from_json(packed: bytes) -> list[tuple[str, str]]:
    return [(name, member) for member, name in msgspec.json.decode(packed or b"{}", type=dict[str, str]).items()]


def _from_protobuf(packed: bytes) -> list[tuple[str, str]]:
    """`MediaEntries`: each entry (field 1) has its name in field 1 and lies in the member of its number."""
    entries = [value for field, value in messages(packed) if field == 1 and isinstance(value, bytes)]
    names = [next(value for field, value in messages(entry) if field == 1) for entry in entries]
    return [(name.decode(), str(number)) for number, name in enumerate(names) if isinstance(name, bytes)]


def _version(archive: zipfile.ZipFile) -> int:
    """Field 1 of `PackageMetadata`."""
    try:
        fields = dict(messages(b"".join(unpacked(archive, "meta", 1024))))
    except (TooLargeError, ValueError, IndexError) as error:
        raise PermanentError("archive_unreadable", "The package does not say which format it has.") from error
    version = fields.get(1, 0)
    return version if isinstance(version, int) else 0


def messages(packed: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protocol buffers message: number and value, as far as they are whole numbers or bytes.

    Raises:
        ValueError: It is none.
        IndexError: It ends in the middle.
    """
    at = 0
    while at < len(packed):
        tag, at = _varint(packed, at)
        kind = tag & 7
        if kind == VARINT:
            value, at = _varint(packed, at)
            yield tag >> 3, value
            continue
        if kind not in {BYTES, FIXED64, FIXED32}:
            message = f"no wire type {kind}"
            raise ValueError(message)
        size, at = _varint(packed, at) if kind == BYTES else ({FIXED64: 8, FIXED32: 4}[kind], at)
        if at + size > len(packed):
            raise IndexError(at)
        yield tag >> 3, packed[at : at + size]
        at += size


def _varint(packed: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, LONGEST_VARINT, 7):
        byte = packed[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the bit that says there is more
            return value, at
    message = "a number of more than ten bytes"
    raise ValueError(message)
