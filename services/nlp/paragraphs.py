"""Where paragraphs begin and end: a text cut at its blank lines."""

import re

Span = tuple[int, int]
"""Start and end of a stretch of text, in code points; the end is exclusive."""

_BLANK_LINE = re.compile(r"(?:\r\n|[\r\n])[^\S\r\n]*(?:\r\n|[\r\n])\s*")


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends; `start == end` where there is nothing else."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return start + left, start + max(left, len(piece.rstrip()))


def paragraph_spans(text: str) -> list[Span]:
    """Spans of the paragraphs of `text` that are not empty, without the white space around them.

    A line of spaces counts as blank, and lines may end in any of the three ways.
    """
    starts = [0, *(match.end() for match in _BLANK_LINE.finditer(text))]
    ends = [*(match.start() for match in _BLANK_LINE.finditer(text)), len(text)]
    spans = (trimmed(text, start, end) for start, end in zip(starts, ends, strict=True))
    return [span for span in spans if span[0] < span[1]]
