"""Which letter of a text is which letter of a transcript: two strings laid beside each other. Pure.

First equal runs of words are linked (Ratcliff and Obershelp's longest matching blocks, as in Python's difflib), so
that a sentence that was left out cannot draw letters from its neighbours; then, between those, equal runs of
letters. So words that were fused (`in the`, `inthe`), split or misheard by a letter find each other, and Japanese,
which a recogniser cuts in its own way, is linked by letters alone.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate

MOST_PAIRS = 16_000_000
"""Letters of text times letters of transcript that are compared one by one (4000 by 4000: a quarter of a second);
a larger stretch in which no word was recognised stays unlinked."""


class Letters:
    """Words as one string of letters.

    Args:
        forms: Normal forms, none of them empty.
    """

    def __init__(self, forms: Sequence[str]) -> None:
        self.forms = forms
        self.text = "".join(forms)
        self.starts = list(accumulate((len(form) for form in forms), initial=0))
        """Where each word begins, and where the last one ends."""
        self.words = [word for word, form in enumerate(forms) for _ in form]
        """The word that each letter belongs to."""


def link(text: Letters, heard: Letters, *, by_letter: bool) -> dict[int, int]:
    """The letters of `heard` by the letters of `text`; both rise together.

    Args:
        text: What should be spoken.
        heard: What was understood.
        by_letter: The words are cut differently, so do not compare them whole.
    """
    links: dict[int, int] = {}
    text_end = heard_end = 0
    for text_start, heard_start, size in [] if by_letter else _word_blocks(text, heard):
        links |= _linked_between(text, heard, (text_end, text_start), (heard_end, heard_start))
        links |= {text_start + step: heard_start + step for step in range(size)}
        text_end, heard_end = text_start + size, heard_start + size
    return links | _linked_between(text, heard, (text_end, len(text.text)), (heard_end, len(heard.text)))


def _word_blocks(text: Letters, heard: Letters) -> Iterator[tuple[int, int, int]]:
    """Equal runs of words: where they begin in letters, and how many letters they have."""
    for block in SequenceMatcher(None, text.forms, heard.forms, autojunk=False).get_matching_blocks():
        size = text.starts[block.a + block.size] - text.starts[block.a]
        yield text.starts[block.a], heard.starts[block.b], size


def _linked_between(text: Letters, heard: Letters, here: tuple[int, int], there: tuple[int, int]) -> dict[int, int]:
    """Links of the letters from `here[0]` to `here[1]` with those from `there[0]` to `there[1]`."""
    (a, b), (c, d) = here, there
    if not 0 < (b - a) * (d - c) <= MOST_PAIRS:
        return {}
    matcher = SequenceMatcher(None, text.text[a:b], heard.text[c:d], autojunk=False)
    return {
        a + block.a + step: c + block.b + step for block in matcher.get_matching_blocks() for step in range(block.size)
    }
