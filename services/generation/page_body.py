"""The body of a page: read within its limits, unpacked, and turned into text. Pure over the pieces it is given."""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator

from shared.jobs.errors import PermanentError, TransientError

_INVALID = "input_invalid"
_BROKE_OFF = "provider_unavailable"
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_RAW_DEFLATE = -zlib.MAX_WBITS
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{1,40})""", re.IGNORECASE)
_META_WITHIN = 1024  # bytes, as the HTML standard has it
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSETS = re.compile(
    r"utf-8|utf-16(-[lb]e)?|iso8859-\d+|cp\d+|koi8-[ru]|shift_jis|euc_jp|iso2022_jp|euc_kr|gb2312|gbk|gb18030|big5"
)
"""Python's names of the encodings that pages have; others, such as `idna`, are no encodings of pages."""
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030"}
"""What these labels mean on the web (https://encoding.spec.whatwg.org)."""


def read_body(pieces: Iterable[bytes], content_encoding: str, most: int) -> bytes:
    """The unpacked body, never more than `most` bytes in memory, however well it was packed.

    Raises:
        PermanentError: ``input_invalid``: larger than `most`, or packed in a way that was not offered.
        TransientError: ``provider_unavailable``: it broke off or cannot be unpacked.
    """
    body = bytearray()
    for part in _unpacked(_limited(pieces, most), content_encoding.strip().lower(), most):
        body += part
        if len(body) > most:
            raise too_large(most)
    return bytes(body)


def too_large(most: int) -> PermanentError:
    """The error for a page beyond the limit."""
    return PermanentError(_INVALID, f"The page is larger than {most // 1_000_000} MB.")


def decoded(body: bytes, charset: str | None) -> str:
    """The text of a body: by its byte order mark, the charset of its headers, its own `meta`, else UTF-8.

    Bytes that mean nothing become U+FFFD.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for label in (charset, _declared(body)):
        name_or_none = _known(label)
        if name_or_none is not None:
            return body.decode(name_or_none, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _limited(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise too_large(most)
        yield piece


def _unpacked(pieces: Iterator[bytes], content_encoding: str, most: int) -> Iterator[bytes]:
    if content_encoding in {"", "identity"}:
        return pieces
    if content_encoding in {"gzip", "x-gzip", "deflate"}:
        return _inflated(pieces, content_encoding, most)
    raise PermanentError(_INVALID, "The page is packed in a way that cannot be read.")


def _inflated(pieces: Iterator[bytes], content_encoding: str, most: int) -> Iterator[bytes]:
    """Unpack piece by piece, none to more than one byte beyond the limit: `read_body` refuses the page there."""
    unpacker = None
    try:
        for piece in pieces:
            if not piece:
                continue
            unpacker = unpacker or zlib.decompressobj(_window(piece, content_encoding))
            yield unpacker.decompress(piece, most + 1)
    except zlib.error as error:
        raise _broken() from error
    if unpacker is not None and not unpacker.eof:
        raise _broken()


def _window(first: bytes, content_encoding: str) -> int:
    """`deflate` should be zlib's format, and is a bare stream on some servers: zlib's first byte is 0x78 or so."""
    is_bare = content_encoding == "deflate" and first[0] & 0x0F != zlib.DEFLATED
    return _RAW_DEFLATE if is_bare else _ZLIB_OR_GZIP


def _broken() -> TransientError:
    return TransientError(_BROKE_OFF, "The page broke off while it was read.")


def _declared(body: bytes) -> str | None:
    found = _META.search(body[:_META_WITHIN])
    return found.group(1).decode("ascii") if found else None


def _known(label: str | None) -> str | None:
    """Python's name of the encoding that a label means, or null if it means none."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    name = _MEANT.get(name, name)
    return name if _CHARSETS.fullmatch(name) else None
