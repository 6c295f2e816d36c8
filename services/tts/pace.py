"""How fast a text can be spoken: what a recording's length must lie between to be of its text."""

import msgspec


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of speech in letters and digits a second; spaces and punctuation do not count."""

    slowest: float
    fastest: float
    passage_letters: int
    """The most one call is asked to read: 80 to 90 seconds of speech."""


ALPHABETIC = Pace(slowest=3.0, fastest=36.0, passage_letters=1200)
JAPANESE = Pace(slowest=1.5, fastest=16.0, passage_letters=480)
"""Syllables a second in reading aloud (Coupé, Oh, Dediu, Pellegrino 2019, Science Advances 5, eaaw2594): German 6.1,
English 6.3, French 6.8, Italian 7.2, Spanish 7.7, Japanese 8.0. With 2.3 to 2.8 letters a syllable an alphabetic text
runs at 14 to 18 letters a second; Japanese, about 1.4 morae a character, at 5 to 6. `fastest` is twice that and more,
so that a hurried voice passes and a recording that lost half of its text does not; `slowest` is a fifth to a quarter.
"""

GRACE = 10.0  # seconds a recording may be longer than `slowest` says: digits are one letter and take a word


def pace_of(language: str) -> Pace:
    """The bounds for an ISO 639-1 code."""
    return JAPANESE if language == "ja" else ALPHABETIC


def letters(text: str) -> int:
    """How many letters and digits `text` has: what is spoken of it."""
    return sum(character.isalnum() for character in text)
