"""How much of a text its learner is taken to know. Pure.

Measured by lemma over the running words, names and numbers left out. The learner's bank decides where it has the lemma;
elsewhere a function word is known, and a content word if it is frequent enough for the level: `FAMILIAR` Zipf values
below `KNOWN_FROM`, a factor of ten in frequency, because a reader of a level also knows what is talked of every day.

Thresholds: readers follow a text with help from about 90 % of its words known, alone from 95 to 98 % (Hu and Nation
2000; Laufer and Ravenhorst-Kalovski 2010). An article comes with translations and a tap on every word, so a beginner's
may go down to 90 %. Of the sandbox's texts (A2 and B1, seven languages) none has fewer than 92 % by this measure.
"""

from collections.abc import Iterator, Mapping, Sequence

from services.nlp.part_of_speech import CONTENT
from services.nlp.useful_words import KNOWN_FROM
from shared.articles.model import Coverage, Level, Sentence, Token
from shared.learning.model import EntryStatus

FAMILIAR = 1.0  # Zipf values
LEAST_KNOWN: dict[Level, float] = {"A1": 0.90, "A2": 0.90, "B1": 0.92, "B2": 0.94, "C1": 0.95, "C2": 0.95}
"""Share of known words below which a text is written again."""
MOST_NEW_WORDS = 100
MOST_TO_AVOID = 30  # words a writer can be asked to do without
_LEARNT = frozenset[EntryStatus](("learning", "known", "ignored", "suspended"))
_NO_VOCABULARY = frozenset({"PROPN", "NUM"})

Statuses = Mapping[str, frozenset[EntryStatus]]
"""What the bank says of a lemma in lower case."""


def lemmas(sentences: Sequence[Sentence]) -> set[str]:
    """Every lemma of a text, in lower case."""
    return {token.lemma.lower() for token in _words(sentences)}


def coverage(
    sentences: Sequence[Sentence], level: Level, statuses: Statuses, due_words: Sequence[str], *, revised: bool = False
) -> Coverage:
    """How a text fits its learner.

    Args:
        sentences: Of the text's annotation; at least one word is in them.
        level: The learner's.
        statuses: Of the text's lemmas.
        due_words: What the writer was asked to use; they are being learnt, so they count as known.
        revised: Whether it was written again.
    """
    due = {word.lower() for word in due_words}
    tokens = list(_words(sentences))
    new = [token for token in tokens if not _known(token, level, statuses, due)]
    met = {text.lower() for token in tokens for text in (token.lemma, token.text)}
    return Coverage(
        known_share=round(1 - len(new) / max(len(tokens), 1), 4),
        least_known=LEAST_KNOWN[level],
        revised=revised,
        due_words=list(due_words),
        due_words_used=[word for word in due_words if word.lower() in met],
        new_words=list(dict.fromkeys(token.lemma for token in new))[:MOST_NEW_WORDS],
    )


def to_avoid(found: Coverage, wanted: Sequence[str]) -> list[str]:
    """Words to do without when the text is written again: none if it need not be, and none that were asked for."""
    if found.known_share >= found.least_known:
        return []
    asked = {word.lower() for word in wanted}
    return [lemma for lemma in found.new_words if lemma.lower() not in asked][:MOST_TO_AVOID]


def _words(sentences: Sequence[Sentence]) -> Iterator[Token]:
    for sentence in sentences:
        yield from (token for token in sentence.tokens if token.zipf is not None and token.pos not in _NO_VOCABULARY)


def _known(token: Token, level: Level, statuses: Statuses, due: set[str]) -> bool:
    lemma = token.lemma.lower()
    if lemma in due:
        return True
    if lemma in statuses:
        return bool(statuses[lemma] & _LEARNT)
    return token.pos not in CONTENT or (token.zipf or 0.0) >= KNOWN_FROM[level] - FAMILIAR
