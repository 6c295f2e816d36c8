"""Which words of a text a learner might want to learn. Pure.

They are the useful words of the text (`useful_words.py`) that are not in the learner's bank. No model is asked: what
the lexicon lacks is looked up when the learner wants it.
"""

from collections.abc import Container, Mapping, Sequence
from uuid import UUID

from services.nlp.useful_words import KNOWN_FROM, useful_words
from shared.articles.model import Level, Sentence, UsefulWord
from shared.learning.detection import DetectedWord, Reason
from shared.lexicon.model import folded

MOST = 15
"""Words a text: who is shown more takes none. With the limits below they fit a step's output of 16 KB in any script."""
LONGEST_LEMMA = 40  # characters; what is longer is a slip of the cutter
LONGEST_SENTENCE = 100  # characters
MOST_MEANINGS = 3  # ids shown of one lemma
_REACH = 1.0  # Zipf values below what is known: as `coverage.FAMILIAR`


def candidates(sentences: Sequence[Sentence], level: Level, in_bank: Container[str]) -> list[UsefulWord]:
    """Useful words, the most useful first, without those whose lemma in lower case is in the bank."""
    found = [word for word in useful_words(sentences, level) if word.lemma.lower() not in in_bank]
    return [word for word in found if len(word.lemma) <= LONGEST_LEMMA][:MOST]


def detected(
    found: Sequence[UsefulWord], sentences: Sequence[Sentence], level: Level, meanings: Mapping[str, list[UUID]]
) -> list[DetectedWord]:
    """The candidates as the learner sees them; `meanings` are ids by folded lemma."""
    return [
        DetectedWord(
            lemma=word.lemma,
            pos=word.pos,
            band=word.band,
            zipf=word.zipf,
            occurrences=word.occurrences,
            sentence=sentences[word.sentence].text[:LONGEST_SENTENCE],
            reason=_reason(word, level),
            word_ids=meanings.get(folded(word.lemma), [])[:MOST_MEANINGS],
        )
        for word in found
    ]


def _reason(word: UsefulWord, level: Level) -> Reason:
    if word.occurrences > 1:
        return "repeated"
    return "within_reach" if word.zipf >= KNOWN_FROM[level] - _REACH else "rare"
