"""What an answer must pass before it becomes an article. Pure; each gate raises with a code of the jobs API.

A transient refusal is worth another, newly paid answer; a permanent one is not.
"""

import re
import unicodedata

import msgspec

from services.generation.ports import Answer, Identify
from shared.jobs.errors import PermanentError, TransientError

SHORTEST_SHARE = 0.5
"""Of what was asked for, or of the source if that is shorter."""
LONGEST_SHARE = 2.0
"""Of what was asked for."""
ENOUGH_LETTERS = 40
"""From here on py3langid was right on 28 of 28 short samples of our languages; below nothing is judged."""

_LAYOUT = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
"""Spaces and line ends; no-break spaces stay, French sets them before its punctuation."""
_JAPANESE_LINE_END = re.compile(r"[ \t]*[\n\r\f\v\x85\u2028\u2029]+[ \t]*")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
_KEPT = {"\t", "\n", "\r", "\f", "\v", "\x85", "\u200c", "\u200d"}
"""Layout, which is collapsed afterwards, and the joiners, which belong to words."""


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article as the writer hands it in: the schema of the answer."""

    title: str
    paragraphs: list[str]


def finished_draft(answer: Answer) -> Draft:
    """The draft that an answer holds.

    Raises:
        PermanentError: ``output_refused``.
        TransientError: ``output_truncated``, it was cut off or is no JSON of the schema.
    """
    if answer.ending == "refused":
        code = "output_refused"
        raise PermanentError(code, "The writer declined to write this text.")
    if answer.ending == "truncated":
        code = "output_truncated"
        raise TransientError(code, "The text broke off: it is longer than the room it was given.")
    try:
        return msgspec.json.decode(answer.text, type=Draft)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        code = "output_truncated"
        raise TransientError(code, "The answer is not the complete document that was asked for.") from error


def normalised(draft: Draft, language: str) -> Draft:
    """The draft as it is stored: NFC, one line a paragraph, nothing invisible.

    Raises:
        TransientError: ``provider_bad_response``, the title or a paragraph is empty.
    """
    title = _one_line(draft.title, language)
    paragraphs = [_one_line(paragraph, language) for paragraph in draft.paragraphs]
    if not title or not paragraphs or not all(paragraphs):
        code = "provider_bad_response"
        raise TransientError(code, "The text lacks a title or has an empty paragraph.")
    return Draft(title=title, paragraphs=paragraphs)


def check_length(words: int, *, asked: int, source_words: int | None) -> None:
    """Refuse a text that is far too short or too long.

    Args:
        words: What it has.
        asked: What was asked for.
        source_words: What its source has, if there is one: nobody can make much of little.

    Raises:
        TransientError: ``output_length_mismatch``.
    """
    reachable = asked if source_words is None else min(asked, source_words)
    if not SHORTEST_SHARE * reachable <= words <= LONGEST_SHARE * asked:
        code = "output_length_mismatch"
        raise TransientError(code, f"The text has {words} words where about {asked} were asked for.")


def check_language(text: str, language: str, identify: Identify) -> None:
    """Refuse a text that is in another language than asked for, if it is long enough to tell.

    Raises:
        TransientError: ``output_wrong_language``.
    """
    if sum(character.isalpha() for character in text) < ENOUGH_LETTERS:
        return
    found = identify(text)
    if found != language:
        code = "output_wrong_language"
        raise TransientError(code, f"The text seems to be in the language {found!r}, not in {language!r}.")


def _one_line(text: str, language: str) -> str:
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character in _KEPT or unicodedata.category(character) not in _INVISIBLE
    )
    if language == "ja":
        visible = _JAPANESE_LINE_END.sub("", visible)
    return _LAYOUT.sub(" ", visible).strip()
