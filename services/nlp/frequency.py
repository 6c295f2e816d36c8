"""How frequent a word is: its Zipf value by wordfreq (Speer 2022; frozen at 2021, data CC BY-SA 4.0).

The Zipf value is the decimal logarithm of occurrences in a billion words: 7 `the`, 5 `house`, 3 `lighthouse`.
"""

from functools import cache
from math import log10

from wordfreq import get_frequency_dict, zipf_frequency


@cache
def _japanese() -> dict[str, float]:
    return get_frequency_dict("ja", "best")


def zipf(lemma: str, language: str) -> float:
    """Zipf value of a lemma, 0 (not in the list) to 8.

    Japanese is looked up as it stands: `zipf_frequency` would ask for MeCab, and the words are cut already.
    """
    if language != "ja":
        return zipf_frequency(lemma, language)
    frequency = _japanese().get(lemma, 0.0)
    return round(log10(frequency) + 9, 2) if frequency else 0.0
