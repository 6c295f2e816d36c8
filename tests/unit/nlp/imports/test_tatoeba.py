"""Tatoeba's files, however they are packed."""

import bz2
import gzip
import io
import tarfile
from pathlib import Path

import pytest

from services.nlp.imports.tatoeba import LONGEST_LINE, audio_in, lines_of, link_in, recorded, sentence_in, tag_in
from shared.jobs.errors import PermanentError

BODY = b"1\tdeu\tEin Hund.\tada\n2\teng\tA dog.\t\\N\n"


def tar(body: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("sentences.csv")
        member.size = len(body)
        archive.addfile(member, io.BytesIO(body))
    return packed.getvalue()


def tar_of_folder() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("folder")
        member.type = tarfile.DIRTYPE
        archive.addfile(member)
    return packed.getvalue()


def endless_tar() -> bytes:
    member = tarfile.TarInfo("sentences.csv")
    member.type, member.size = b"Z", 2**80
    return member.tobuf(tarfile.GNU_FORMAT) + bytes(2 * tarfile.BLOCKSIZE)


def lines(folder: Path, body: bytes) -> list[list[str]]:
    path = folder / "export"
    path.write_bytes(body)
    return list(lines_of(path))


@pytest.mark.parametrize("body", [BODY, bz2.compress(BODY), tar(BODY), bz2.compress(tar(BODY))])
def test_lines_come_out_of_every_packing(tmp_path: Path, body: bytes) -> None:
    assert lines(tmp_path, body) == [["1", "deu", "Ein Hund.", "ada"], ["2", "eng", "A dog.", "\\N"]]


DAMAGED = {
    "not UTF-8": b"\xff\xfe",
    "packed otherwise": gzip.compress(BODY),
    "bz2 cut off": bz2.compress(BODY * 1000)[:-20],
    "bz2 cut off at once": bz2.compress(BODY)[:6],
    "bz2 damaged": bz2.compress(BODY)[:10] + bytes(4) + bz2.compress(BODY)[14:],
    "tar cut off": tar(BODY * 1000)[:1000],
    "tar of nothing": tar_of_folder(),
    "tar whose end is beyond every file": endless_tar(),
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_told(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(PermanentError) as refused:
        lines(tmp_path, body)
    assert refused.value.code == "table_unreadable"


def test_what_the_database_cannot_keep_never_gets_there(tmp_path: Path) -> None:
    assert lines(tmp_path, b"1\tdeu\tEin\x00 Hund.\ta\x00da\n") == [["1", "deu", "Ein Hund.", "ada"]]


def test_a_line_without_an_end_is_no_line_and_the_next_one_is(tmp_path: Path) -> None:
    endless = b"1\tdeu\t" + b"x" * (LONGEST_LINE - 6) + b"2\tdeu\tNein.\tada\n"
    assert lines(tmp_path, endless + BODY) == [
        [""],
        [""],
        ["1", "deu", "Ein Hund.", "ada"],
        ["2", "eng", "A dog.", "\\N"],
    ]


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "١٢", "-1", "1.0", "", "²"])
def test_a_number_that_is_none_breaks_its_line(number: str) -> None:
    assert sentence_in([number, "deu", "Hund", "ada"]) is None
    assert link_in([number, "1"]) is None
    assert link_in(["1", number]) is None
    assert tag_in([number, "animals"]) is None
    assert audio_in([number, "700", "ada", "CC BY 4.0", ""]) is None
    assert not recorded([number, "700", "ada", "CC BY 4.0", ""])


def test_a_sentence_keeps_its_author() -> None:
    sentence = sentence_in(["1", "deu", " Ein Hund. ", "ada", "2020"])
    assert sentence is not None
    assert (sentence.id, sentence.language, sentence.text, sentence.author) == (1, "de", "Ein Hund.", "ada")
    assert sentence_in(["2", "eng", "A dog.", "\\N"]) is not None


@pytest.mark.parametrize("line", [[""], ["x", "deu", "Hund", "ada"], ["1", "deu", " ", "ada"], ["1", "deu"]])
def test_a_broken_sentence_is_none(line: list[str]) -> None:
    assert sentence_in(line) is None


def test_links_and_tags() -> None:
    assert (link_in(["1", "2"]), link_in(["1", "x"]), link_in(["1"])) == ((1, 2), None, None)
    assert (tag_in(["1", "animals"]), tag_in(["1", " "]), tag_in(["x", "y"])) == ((1, "animals"), None, None)


def test_a_recording_without_a_licence_may_not_be_used() -> None:
    used = audio_in(["1", "700", "ada", "CC BY 4.0", "https://example.org"])
    assert used is not None
    assert (used.id, used.author, used.licence, used.address) == (1, "ada", "CC BY 4.0", "https://example.org")
    assert audio_in(["1", "ada", "CC BY 4.0"]) is not None
    assert audio_in(["1", "700", "ada", "", ""]) is None
    assert audio_in(["1", "ada", "\\N", "\\N"]) is None
