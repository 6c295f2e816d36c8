"""A field of a note as text: no markup, no script, and which media it shows. Pure."""

import html
import re

import nh3

LONGEST = 2000
"""Characters of a field that are kept."""
MOST_MARKUP = 1024**2
"""Characters of a field that are looked at: pictures may be inside it."""
_BREAKS = re.compile(r"<(?:br|/?div|/?p|/?li|/?tr)\b[^>]{0,500}>", re.IGNORECASE)
_SOUND = re.compile(r"\[sound:([^\]\r\n]{1,200})\]")
_IMAGE = re.compile(
    r"<img\b[^>]{0,1000}?\bsrc\s*=\s*(?:\"([^\"]{1,200})\"|'([^']{1,200})'|([^\s>]{1,200}))", re.IGNORECASE
)
# Each part ends at the first sign that may end it, and has a longest: nothing is tried twice in text without an end.
_CLOZE = re.compile(r"\{\{c\d{1,4}::((?:(?!::|\}\}).){0,2000})(?:::(?:(?!\}\}).){0,2000})?\}\}", re.DOTALL)
_SPACE = re.compile(r"\s+")


def plain(field: str) -> str:
    """The text that a reader sees, on one line. Tags go, and what scripts and styles hold goes with them."""
    shown = _CLOZE.sub(r"\1", _SOUND.sub(" ", _BREAKS.sub(" ", field[:MOST_MARKUP])))
    text = html.unescape(nh3.clean(shown, tags=set(), clean_content_tags={"script", "style"}))
    return _SPACE.sub(" ", text.replace("\x00", "")).strip()[:LONGEST]


def media_of(field: str) -> list[str]:
    """The names of the recordings and pictures that a field shows; addresses elsewhere are none."""
    images = (next(filter(None, found)) for found in _IMAGE.findall(field))
    names = [html.unescape(name) for name in (*_SOUND.findall(field), *images)]
    return [name for name in names if "/" not in name and "\\" not in name and "\x00" not in name]
