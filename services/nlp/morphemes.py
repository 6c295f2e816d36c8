"""Japanese text in morphemes, by Sudachi. Unit B is what a dictionary lists (`図書館`, but `国立|図書館`)."""

import threading
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from sudachipy import (  # type: ignore[import-untyped]  # compiled; its stubs are not marked
    Dictionary,
    Morpheme,
    SplitMode,
    Tokenizer,
)

LONGEST_INPUT = 10_000
"""Code points at a time: Sudachi refuses more than 49 149 bytes of UTF-8."""

_one_at_a_time = threading.Lock()  # a tokenizer that is in use refuses a second thread


@cache
def _sudachi() -> Tokenizer:
    return Dictionary().tokenizer()


def morphemes_of(text: str) -> list[Morpheme]:
    """The morphemes of a text; their surfaces together are the text."""
    cuts = [*range(0, len(text), LONGEST_INPUT), len(text)]
    with _one_at_a_time:
        return [
            morpheme
            for start, end in pairwise(cuts)
            for morpheme in _sudachi().tokenize(text[start:end], SplitMode.B)
            if morpheme.surface()
        ]


def words_in(morphemes: Iterable[Morpheme]) -> int:
    """How many of them are no punctuation: particles and endings of verbs count as words."""
    return sum(any(character.isalnum() for character in morpheme.surface()) for morpheme in morphemes)
