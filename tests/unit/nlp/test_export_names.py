"""Media go out under names that every file system takes."""

from pathlib import Path

from services.nlp.exports.learnt import LONGEST_NAME, Media
from tests.support.memory_blobs import MemoryBlobs


def test_names_that_are_too_long_are_shortened_and_stay_apart(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    blobs.put("imports/job/first", b"1", "audio/mpeg")
    blobs.put("imports/job/second", b"2", "audio/mpeg")
    media = Media(blobs, tmp_path / "media")
    long = "あ" * LONGEST_NAME + ".mp3"
    names = [media.file(long, f"imports/job/{key}") for key in ("first", "second", "first")]
    assert names[0] == names[2] != names[1]
    assert [file.read_bytes() for file in media.files] == [b"1", b"2"]
    assert all(name is not None and name.endswith("あ.mp3") for name in names)
