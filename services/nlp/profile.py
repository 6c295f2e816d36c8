"""How hard a text is, measured on words and sentences.

**Estimated level.** Two numbers carry most of what simple readability measures know (Flesch 1948, Björnsson's LIX
1968; in the CEFR study of Xia, Kochmar & Briscoe 2016 too, vocabulary features are among the strongest): the share of
content words rarer than Zipf 4, and the mean sentence length. Each is turned into a grade, 0 for A1 to 5 for C2, by
straight lines through `RARE_SHARE` and `SENTENCE_WORDS`; the estimate is the rounded mean, in which the sentence
length counts twice: an article has some sixty content words, so their share is uncertain by five hundredths and more.
The CEFR itself gives no such numbers. The points for A2 and B1 were set by hand on the sandbox's bank, whose texts
were written for these levels (`tests/benchmarks/level_agreement.py` prints how well that carries over to a text left
out); those above and below go on in the same steps. They are a rough guide for learners, no placement test.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from services.nlp.part_of_speech import CONTENT
from shared.articles.model import Band, Level, LevelProfile, Sentence, Token
from shared.lexicon.bands import BANDS

LEVELS: tuple[Level, ...] = ("A1", "A2", "B1", "B2", "C1", "C2")
RARE_SHARE = (0.05, 0.10, 0.16, 0.23, 0.31, 0.39)
"""Share of content words below Zipf 4 that is typical of each level."""
SENTENCE_WORDS = (6.0, 10.0, 14.5, 18.5, 22.0, 26.0)
"""Words a sentence that are typical of each level."""
JAPANESE_WORDS = 1.6
"""Units of Sudachi where a European language has one word: particles and parts of verb forms count."""


def profile_of(sentences: Sequence[Sentence], language: str) -> LevelProfile:
    """Measure annotated sentences; all shares are 0 where there is no content word."""
    words = [token for sentence in sentences for token in sentence.tokens if _is_word(token)]
    content = [token for token in words if token.pos in CONTENT]
    counts = Counter(token.band for token in content)
    shares: dict[Band, float] = {band: _share(counts[band], len(content)) for band in BANDS}
    mean = _share(len(words), len(sentences))
    return LevelProfile(
        estimated_level=LEVELS[round(grade(shares, mean, language))],
        band_shares=shares,
        mean_sentence_words=mean,
        type_token_ratio=_share(len({token.text.casefold() for token in words}), len(words)),
        words=len(words),
        sentences=len(sentences),
    )


def grade(band_shares: dict[Band, float], mean_sentence_words: float, language: str) -> float:
    """Difficulty from 0 (A1) to 5 (C2)."""
    rare = band_shares["3-4"] + band_shares["0-3"]
    words = mean_sentence_words / (JAPANESE_WORDS if language == "ja" else 1.0)
    return (_on_scale(rare, RARE_SHARE) + 2 * _on_scale(words, SENTENCE_WORDS)) / 3


def _on_scale(value: float, points: Sequence[float]) -> float:
    """Where `value` lies between the points: 1.5 is half way from the second to the third."""
    above = bisect_right(points, value)
    if above in {0, len(points)}:
        return float(max(above - 1, 0))
    below = points[above - 1]
    return above - 1 + (value - below) / (points[above] - below)


def _is_word(token: Token) -> bool:
    """Not for `l'` and `d'`: with the word that follows they are as long as an article is elsewhere."""
    return token.zipf is not None and not token.text.endswith(("'", "’"))  # noqa: RUF001 - the typographic apostrophe


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
