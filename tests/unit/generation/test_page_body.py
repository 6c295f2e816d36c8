import codecs
import tracemalloc
import zlib

import pytest

from services.generation.page_body import decoded, read_body
from shared.jobs.errors import PermanentError, TransientError
from tests.support.canned_web import gzipped

MOST = 10_000  # bytes


def packed(body: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(body) + packer.flush()


def in_pieces(body: bytes, size: int = 7) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", b"Es regnet."),
        ("identity", b"Es regnet."),
        ("gzip", gzipped(b"Es regnet.")),
        ("X-GZIP", gzipped(b"Es regnet.")),
        (" deflate ", packed(b"Es regnet.", zlib.MAX_WBITS)),
        ("deflate", packed(b"Es regnet.", -zlib.MAX_WBITS)),
    ],
)
def test_body_is_unpacked_however_it_arrives(encoding: str, body: bytes) -> None:
    assert read_body(in_pieces(body), encoding, MOST) == b"Es regnet."
    assert read_body([b"", body], encoding, MOST) == b"Es regnet."


def test_body_of_just_the_limit_is_read() -> None:
    assert len(read_body([b"a" * MOST], "", MOST)) == MOST
    assert len(read_body([gzipped(b"a" * MOST)], "gzip", MOST)) == MOST


@pytest.mark.parametrize("size", [MOST + 1, 100 * MOST])
def test_larger_body_is_refused(size: int) -> None:
    with pytest.raises(PermanentError) as refused:
        read_body([b"a" * size], "", MOST)
    assert refused.value.code == "input_invalid"


@pytest.mark.parametrize("size", [MOST + 1, 10_000 * MOST])
def test_bomb_does_not_go_off(size: int) -> None:
    bomb = gzipped(b"\x00" * size)
    assert len(bomb) < size / 30
    most = 10 * MOST if len(bomb) > MOST else MOST
    tracemalloc.start()
    try:
        with pytest.raises(PermanentError) as refused:
            read_body([bomb], "gzip", most)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.code == "input_invalid"
    assert peak < 10 * most + 1_000_000


def test_packed_bytes_that_unpack_to_nothing_are_limited_too() -> None:
    empty_blocks = b"\x00\x00\x00\xff\xff" * MOST
    with pytest.raises(PermanentError):
        read_body(in_pieces(gzipped(b"")[:10] + empty_blocks, 1000), "gzip", MOST)


def test_reading_ends_at_the_limit_of_an_endless_body() -> None:
    def endless() -> object:
        while True:
            read.append(1)
            yield b"a" * 1000

    read: list[int] = []
    with pytest.raises(PermanentError):
        read_body(endless(), "", MOST)  # type: ignore[arg-type]  # a generator of bytes
    assert len(read) == MOST // 1000 + 1


@pytest.mark.parametrize("body", [gzipped(b"Es regnet." * 50)[:-12], b"this is no gzip"])
def test_body_that_broke_off_may_be_whole_next_time(body: bytes) -> None:
    with pytest.raises(TransientError) as broken:
        read_body([body], "gzip", MOST)
    assert broken.value.code == "provider_unavailable"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_packing_that_was_not_offered_is_refused(encoding: str) -> None:
    with pytest.raises(PermanentError):
        read_body([b"x"], encoding, MOST)


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Größe".encode(), None, "Größe"),
        ("Größe".encode("cp1252"), None, "Größe"),
        ("Größe".encode("cp1252"), "ISO-8859-1", "Größe"),
        ("„Größe“".encode("cp1252"), "latin1", "„Größe“"),
        ("今日は".encode("shift_jis"), "Shift_JIS", "今日は"),
        ("今日は".encode("euc_jp"), '"euc-jp"', "今日は"),
        (codecs.BOM_UTF8 + "Größe".encode(), "latin1", "Größe"),
        (codecs.BOM_UTF16_LE + "Größe".encode("utf-16-le"), None, "Größe"),
        (b'<meta charset="windows-1252">' + "Größe".encode("cp1252"), None, '<meta charset="windows-1252">Größe'),
        ("Größe".encode(), "hex", "Größe"),
        ("Größe".encode(), "idna", "Größe"),
        ("Größe".encode(), "no-such-thing", "Größe"),
        ("Größe".encode(), "a\x00b", "Größe"),
        (b"a\xff\xfeb", "utf-8", "a\ufffd\ufffdb"),
    ],
)
def test_text_is_found_by_what_is_known_of_its_charset(body: bytes, charset: str | None, text: str) -> None:
    assert decoded(body, charset) == text
