"""Tatoeba's files, however they are packed."""

import bz2
import io
import tarfile
from pathlib import Path

import pytest

from services.nlp.imports.tatoeba import audio_in, lines_of, link_in, sentence_in, tag_in
from shared.jobs.errors import PermanentError

BODY = b"1\tdeu\tEin Hund.\tada\n2\teng\tA dog.\t\\N\n"


def tar(body: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("sentences.csv")
        member.size = len(body)
        archive.addfile(member, io.BytesIO(body))
    return packed.getvalue()


def lines(folder: Path, body: bytes) -> list[list[str]]:
    path = folder / "export"
    path.write_bytes(body)
    return list(lines_of(path))


@pytest.mark.parametrize("body", [BODY, bz2.compress(BODY), tar(BODY), bz2.compress(tar(BODY))])
def test_lines_come_out_of_every_packing(tmp_path: Path, body: bytes) -> None:
    assert lines(tmp_path, body) == [["1", "deu", "Ein Hund.", "ada"], ["2", "eng", "A dog.", "\\N"]]


@pytest.mark.parametrize("body", [b"\xff\xfe", bz2.compress(BODY * 1000)[:-20]])
def test_a_damaged_file_is_told(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(PermanentError) as refused:
        lines(tmp_path, body)
    assert refused.value.code == "table_unreadable"


def test_a_sentence_keeps_its_author() -> None:
    sentence = sentence_in(["1", "deu", " Ein Hund. ", "ada", "2020"])
    assert sentence is not None
    assert (sentence.id, sentence.language, sentence.text, sentence.author) == (1, "de", "Ein Hund.", "ada")
    assert sentence_in(["2", "eng", "A dog.", "\\N"]) is not None


@pytest.mark.parametrize("line", [[], ["x", "deu", "Hund", "ada"], ["1", "deu", " ", "ada"], ["1", "deu"]])
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
