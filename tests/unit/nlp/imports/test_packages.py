"""Which format a package has, and the tiny reader of protocol buffers."""

import zipfile
from pathlib import Path

import pytest

from services.nlp.imports.packages import collection_name, media_names, messages
from shared.jobs.errors import PermanentError
from tests.support.decks import packed

OLD, LEGACY2, LATEST = "collection.anki2", "collection.anki21", "collection.anki21b"


def name_in(tmp_path: Path, *names: str, meta: bytes | None = None) -> str:
    members = dict.fromkeys(names, b"x") | ({} if meta is None else {"meta": meta})
    with zipfile.ZipFile(packed(tmp_path / "a.apkg", members)) as archive:
        return collection_name(archive)


@pytest.mark.parametrize(
    ("names", "meta", "found"),
    [
        ((OLD,), None, OLD),
        ((OLD,), b"\x08\x01", OLD),
        ((OLD, LEGACY2), b"\x08\x02", LEGACY2),
        ((OLD, LEGACY2), None, LEGACY2),
        ((OLD, LATEST), b"\x08\x03", LATEST),
    ],
)
def test_the_real_collection_is_read_and_never_the_stub(
    tmp_path: Path, names: tuple[str, ...], meta: bytes | None, found: str
) -> None:
    assert name_in(tmp_path, *names, meta=meta) == found


@pytest.mark.parametrize(
    ("names", "meta", "code"),
    [
        ((OLD,), b"\x08\x03", "deck_stub"),
        ((OLD,), b"\x08\x02", "deck_stub"),
        ((OLD, LATEST), b"\x08\x04", "deck_stub"),
        ((), None, "archive_unreadable"),
        ((OLD,), b"\x08", "archive_unreadable"),
    ],
)
def test_a_stub_alone_or_an_unknown_format_is_refused(
    tmp_path: Path, names: tuple[str, ...], meta: bytes | None, code: str
) -> None:
    with pytest.raises(PermanentError) as refused:
        name_in(tmp_path, *names, meta=meta)
    assert refused.value.code == code


@pytest.mark.parametrize("media", [b'{"0": "a.mp3", "7": "gone.mp3"}', b"\x0a\x07\x0a\x05a.mp3"])
def test_media_have_their_names(tmp_path: Path, media: bytes) -> None:
    with zipfile.ZipFile(packed(tmp_path / "a.apkg", {"0": b"x", "media": media})) as archive:
        assert media_names(archive) == {"a.mp3": "0"}


@pytest.mark.parametrize("media", [b'{"0": 1}', b"{", b"\x0a\x7f", b"\x0b", b"\x0a\x03\x0a\x01\xff"])
def test_a_damaged_list_of_media_is_told(tmp_path: Path, media: bytes) -> None:
    path = packed(tmp_path / "a.apkg", {"0": b"x", "media": media})
    with zipfile.ZipFile(path) as archive, pytest.raises(PermanentError) as refused:
        media_names(archive)
    assert refused.value.code == "archive_unreadable"


def test_messages_are_read_field_by_field() -> None:
    packed_message = b"\x08\x96\x01\x12\x02ab\x1d1234\x2112345678"
    assert list(messages(packed_message)) == [(1, 150), (2, b"ab"), (3, b"1234"), (4, b"12345678")]
    with pytest.raises(ValueError, match="ten bytes"):
        list(messages(b"\x08" + b"\xff" * 11))
