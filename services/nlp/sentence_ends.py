"""Where sentences begin and end, in every language: `sentencex`, mended where it was seen to be wrong.

`sentencex` (MIT, Wikimedia) knows the abbreviations of many languages and does not cut inside quotes. Measured on
the gold texts of `tests/unit/nlp/gold` it still cuts after a title it does not know (`M. Dupont`), before the verb of
saying that follows a Japanese quote, and misses the end of a sentence that is quoted whole in Italian. The rules here
undo and add just those cuts.
"""

import re
from itertools import pairwise

from sentencex import segment  # type: ignore[import-untyped]  # an extension module without stubs

from services.nlp.abbreviations import before_a_name, before_a_number
from services.nlp.paragraphs import Span, trimmed

LONGEST_SENTENCE = 2000
"""Code points. What has no end for longer (lyrics, lists, scraped menus) is cut at a space: no provider, page or
reader is served by a sentence of 40 000 characters."""

_LAST_WORD = re.compile(r"[^\s(\[«„“\"'’‘‚‹—–]+$")  # noqa: RUF001 - typographic quotes are what is looked for
_CLOSED_QUESTION = re.compile(r"[?!…][\s»”“\"'’)\]]*$")  # noqa: RUF001 - as above
_LOWER_CASE_AHEAD = re.compile(r"[—–\-\s]*[^\W\d_A-ZÀ-ÖØ-Þ]")  # noqa: RUF001 - as above
_QUOTED_WHOLE = re.compile(r"[.…][»”“\"’]+\s+(?=[\"«„“‘¿¡(—–]*[A-ZÀ-ÖØ-Þ])")  # noqa: RUF001 - as above
_ENGLISH_NO = re.compile(r"\b[Nn]o\.\s+(?=[A-Z])")
_INITIALS = re.compile(r"[^\W\d_]\.-[^\W\d_]\.$")
_SIGHT = 60  # code points that are looked at on either side of a cut
_SHORT_WORD = 4  # letters: a longer word before a full stop is no abbreviation

_JAPANESE_QUOTE = re.compile(r"[」』）]$")  # noqa: RUF001 - full-width brackets are what is looked for
_JAPANESE_GOES_ON = re.compile(
    r"(?:と(?!ても|ころ|うとう|にかく|りあえず|もだち|なり)|って|など|の(?!ち)|は|が|を|に|も(?!う)|で(?!も|す)|から|という|、)"
)
"""Particles that carry a quote on into the rest of its sentence, but not the words that begin like them."""


def sentence_spans(text: str, paragraph: Span, language: str) -> list[Span]:
    """Spans of the sentences of one paragraph, in order, without the white space between them.

    Args:
        text: The whole text.
        paragraph: The part of it to cut; no sentence leaves it.
        language: ISO 639-1 code.
    """
    start, end = paragraph
    piece = text[start:end]
    cuts = _cuts(piece, language)
    spans = [trimmed(text, start + left, start + right) for left, right in pairwise([0, *cuts, len(piece)])]
    return [part for span in spans if span[0] < span[1] for part in _of_bearable_length(text, span)]


def _cuts(paragraph: str, language: str) -> list[int]:
    """Offsets at which a new sentence begins, without the first."""
    found = _proposed(paragraph, language)
    found |= {match.end() for match in _QUOTED_WHOLE.finditer(paragraph)}
    if language == "en":
        found |= {match.end() for match in _ENGLISH_NO.finditer(paragraph)}
    return sorted(cut for cut in found if 0 < cut < len(paragraph) and not _is_wrong(paragraph, cut, language))


def _proposed(paragraph: str, language: str) -> set[int]:
    """The cuts of `sentencex`, found again in the text: it hands back pieces, not offsets."""
    cuts, cursor = set(), 0
    for piece in segment(language, paragraph):
        found = paragraph.find(piece.strip(), cursor)
        if found >= 0:
            cuts.add(found)
            cursor = found + len(piece.strip())
    return cuts


def _is_wrong(paragraph: str, cut: int, language: str) -> bool:
    before, after = paragraph[max(0, cut - _SIGHT) : cut].rstrip(), paragraph[cut : cut + _SIGHT].lstrip()
    if language == "ja":
        return bool(_JAPANESE_QUOTE.search(before) and _JAPANESE_GOES_ON.match(after))
    if not (paragraph[cut - 1].isspace() or paragraph[cut].isspace()):
        return True  # no space between them: `J.-P.`, `parlance.example`
    return _follows_abbreviation(before, after, language) or _goes_on_in_lower_case(before, after)


def _follows_abbreviation(before: str, after: str, language: str) -> bool:
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last[0].lower()
    if word in before_a_name(language) or _INITIALS.search(word):
        return True
    return word in before_a_number(language) and after[:1].isdecimal()


def _goes_on_in_lower_case(before: str, after: str) -> bool:
    """Say `«Vieni?» chiese`, `a. m. con`: what ends in a question may go on, and so may a short word with a stop."""
    if not (ahead := _LOWER_CASE_AHEAD.match(after)) or not ahead[0][-1].islower():
        return after[:1] in {"º", "ª"}
    if _CLOSED_QUESTION.search(before):
        return True
    last = _LAST_WORD.search(before)
    return last is not None and last[0].endswith(".") and len(last[0].strip(".").split(".")[-1]) <= _SHORT_WORD


def _of_bearable_length(text: str, span: Span) -> list[Span]:
    start, end = span
    parts = []
    while end - start > LONGEST_SENTENCE:
        space = max(text.rfind(mark, start + 1, start + LONGEST_SENTENCE) for mark in " \n\t、，")  # noqa: RUF001 - commas of Japanese text
        cut = space + 1 if space > start else start + LONGEST_SENTENCE
        parts.append(trimmed(text, start, cut))
        start, end = trimmed(text, cut, end)
    return [part for part in [*parts, (start, end)] if part[0] < part[1]]
