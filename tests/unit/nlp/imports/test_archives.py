"""What is refused of a package before and while it is unpacked."""

import zipfile
from pathlib import Path

import pytest
import zstandard

from services.nlp.imports import archives
from services.nlp.imports.archives import TooLargeError, opened, unpacked
from shared.jobs.errors import PermanentError
from tests.support.decks import packed
from tests.support.step_watch import HandWatch


def refusal(path: Path) -> str:
    with pytest.raises(PermanentError) as refused, opened(path):
        pass
    return refused.value.code


@pytest.mark.parametrize("name", ["../1", "/1", "a/1", "..\\1", "C:1", "collection.anki2/x", "evil.exe", "1234567"])
def test_names_that_no_package_has_are_refused(tmp_path: Path, name: str) -> None:
    assert refusal(packed(tmp_path / "a.apkg", {name: b"x", "media": b"{}"})) == "archive_unsafe"


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.apkg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("media", b"{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("media", b"[]")
    assert refusal(path) == "archive_unsafe"


@pytest.mark.parametrize("zip64", [False, True])
def test_a_directory_that_would_fill_the_memory_is_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, zip64: bool
) -> None:
    path = packed(tmp_path / "a.apkg", {"media": b"{}", "1": b"x"})
    if zip64:
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
        packed(path, {"media": b"{}", "1": b"x"})
        body = bytearray(path.read_bytes())
        body[-10:-6] = bytes(4)  # the length in the old end, which the new one overrules
        path.write_bytes(body)
    monkeypatch.setattr(archives, "MOST_DIRECTORY", 2 * 46 + len("media1"))
    with opened(path) as archive:
        assert archive.namelist() == ["media", "1"]
    monkeypatch.setattr(archives, "MOST_DIRECTORY", 2 * 46 + len("media1") - 1)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert refusal(path) == "archive_unsafe"


def test_what_is_encrypted_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.apkg", {"media": b"{}"}, zipfile.ZIP_STORED)
    body = bytearray(path.read_bytes())
    body[body.index(b"PK\x01\x02") + 8] |= 1  # the flags in the directory
    path.write_bytes(body)
    assert refusal(path) == "archive_unsafe"


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    assert refusal(packed(tmp_path / "a.apkg", {"0": b"", "1": b"", "2": b""})) == "archive_unsafe"


def test_what_is_no_zip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.apkg"
    path.write_bytes(b"no zip at all")
    assert refusal(path) == "archive_unreadable"


@pytest.mark.parametrize("pack", [bytes, zstandard.compress], ids=["zip", "zstd inside"])
def test_unpacking_stops_at_the_limit_and_at_an_odd_ratio(tmp_path: Path, pack: object) -> None:
    body = pack(bytes(64 * 1024**2))  # type: ignore[operator]  # one of the two above
    with opened(packed(tmp_path / "a.apkg", {"0": body})) as archive:
        blocks = unpacked(archive, "0", 1024**3)
        sizes: list[int] = []
        with pytest.raises(TooLargeError):
            sizes.extend(map(len, blocks))
    assert sum(sizes) < 32 * 1024**2


def test_a_limit_holds_whatever_the_ratio(tmp_path: Path) -> None:
    with opened(packed(tmp_path / "a.apkg", {"0": b"ab"}, zipfile.ZIP_STORED)) as archive:
        assert b"".join(unpacked(archive, "0", 2)) == b"ab"
        with pytest.raises(TooLargeError):
            list(unpacked(archive, "0", 1))


def test_all_media_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ALTOGETHER", 5)
    with opened(packed(tmp_path / "a.apkg", {"0": b"abc", "1": b"def"})) as archive, pytest.raises(TooLargeError):
        archives.require_intact(archive, HandWatch())
