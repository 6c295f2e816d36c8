"""The `Range` header, as far as one range of bytes goes (RFC 9110, section 14)."""

import re

import msgspec

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class RangeError(ValueError):
    """The range lies beyond the end."""


class Span(msgspec.Struct, frozen=True):
    """Bytes from `start` up to `stop`; `whole` if nobody asked for a part."""

    start: int
    stop: int
    whole: bool


def read_range(header: str | None, size: int) -> Span:
    """The bytes that `header` asks for of an object of `size` bytes; a header that is no range is ignored.

    Raises:
        RangeError: None of them exist.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.group(0) == "bytes=-":
        return Span(0, size, whole=True)
    first, last = match.groups()
    start = int(first) if first else max(size - int(last), 0)
    stop = min(int(last) + 1, size) if first and last else size
    if start >= size:
        raise RangeError
    if start >= stop:
        return Span(0, size, whole=True)
    return Span(start, stop, whole=False)
