"""Cutting a long paragraph for the voice: pure. The listener never learns of it.

Speech models drift in tone and drop text when asked for minutes at once, so a paragraph above `passage_letters` is
cut at its sentence ends, and a sentence above it at its commas, then at spaces, then anywhere.
"""

import re

from services.tts.pace import letters

_CUTS = (
    re.compile("(?<=[.!?…])[\"'\u201d\u2019»)\\]]*\\s+|(?<=[。！？])[」』）]*"),  # noqa: RUF001 - Japanese punctuation
    re.compile(r"(?<=[,;:])\s+|(?<=[、，；：])"),  # noqa: RUF001 - Japanese punctuation
    re.compile(r"(?<=\s)"),
    re.compile(r"(?<=.)", re.DOTALL),
)
"""Places to cut at, the best first."""


def passages(paragraph: str, most: int) -> list[str]:
    """`paragraph` in order, in pieces of at most `most` letters, without the white space between them.

    Args:
        paragraph: One paragraph.
        most: Letters and digits, at least 1.
    """
    return [piece for piece in (joined.strip() for joined in _pack(paragraph, most, 0)) if piece]


def _pack(text: str, most: int, cut: int) -> list[str]:
    if letters(text) <= most or cut == len(_CUTS):
        return [text]
    packed: list[str] = []
    for piece in _pieces(text, _CUTS[cut]):
        if packed and letters(packed[-1]) + letters(piece) <= most:
            packed[-1] += piece
        else:
            packed.extend(_pack(piece, most, cut + 1))
    return packed


def _pieces(text: str, cut: re.Pattern[str]) -> list[str]:
    """`text` cut behind each place that `cut` finds; joined they are `text`."""
    ends = sorted({match.end() for match in cut.finditer(text)} | {len(text)})
    starts = [0, *ends]
    return [text[start:end] for start, end in zip(starts, ends, strict=False) if end > start]
