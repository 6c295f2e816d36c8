"""Which words of a text are worth learning from it.

Usefulness is `occurrences x rarity`. Rarity is how far, in Zipf values, a word lies below what a learner of the text's
level is taken to know (`KNOWN_FROM`), at most `RAREST`: a word that occurs twice and is a little rare beats one that is
very rare and occurs once. A word that wordfreq does not list has `UNLISTED`: it may be a fine compound or a slip.
`KNOWN_FROM` goes down by half a Zipf value a level, which is a factor of three in frequency: at 5.0 (A2) a language has
about a thousand such words, at 4.5 (B1) about three thousand, in step with the sizes of vocabulary usually given for
these levels (Milton 2010: 1 500 to 2 500 for A2, 2 750 to 3 250 for B1, 3 250 to 3 750 for B2 ...).
"""

import re
from collections.abc import Iterable, Sequence

from services.nlp.part_of_speech import CONTENT
from shared.articles.model import Level, Sentence, Token, UsefulWord
from shared.lexicon.bands import band_of

MOST = 50  # words a text
_WORD = re.compile(r"[\u3040-\u9fff]|[^\W\d_](?:[^\W\d_]|['’·-])+")  # noqa: RUF001 - the typographic apostrophe
"""No abbreviation, and no single letter but those that Japanese writes whole words with."""

KNOWN_FROM: dict[Level, float] = {"A1": 5.5, "A2": 5.0, "B1": 4.5, "B2": 4.0, "C1": 3.5, "C2": 3.0}
"""Zipf value from which a word is taken to be known."""
RAREST = 2.0  # Zipf values
UNLISTED = 0.5  # Zipf values


def useful_words(sentences: Sequence[Sentence], level: Level) -> list[UsefulWord]:
    """At most `MOST` content words, one a lemma, no names, the most useful first, then the more frequent."""
    found: dict[str, UsefulWord] = {}
    for sentence in sentences:
        for token in _candidates(sentence.tokens):
            _count(found, token, sentence.index)
    scores = {key: usefulness(word, level) for key, word in found.items()}
    ranked = sorted((key for key in found if scores[key] > 0), key=lambda key: (-scores[key], -found[key].zipf))
    return [found[key] for key in ranked[:MOST]]


def usefulness(word: UsefulWord, level: Level) -> float:
    """`occurrences x rarity`; 0 for a word that is known at this level."""
    rarity = min(KNOWN_FROM[level] - word.zipf, RAREST) if word.zipf else UNLISTED
    return word.occurrences * max(rarity, 0.0)


def _candidates(tokens: Iterable[Token]) -> Iterable[Token]:
    return (
        token for token in tokens if token.pos in CONTENT and token.zipf is not None and _WORD.fullmatch(token.lemma)
    )


def _count(found: dict[str, UsefulWord], token: Token, sentence: int) -> None:
    key = token.lemma.casefold()
    known = found.get(key)
    value = token.zipf or 0.0
    reading = token.reading if token.text == token.lemma else None  # an inflected form's reading is not the lemma's
    found[key] = UsefulWord(
        lemma=known.lemma if known else token.lemma,
        pos=known.pos if known else token.pos,
        band=known.band if known else band_of(value),
        zipf=known.zipf if known else value,
        occurrences=known.occurrences + 1 if known else 1,
        sentence=known.sentence if known else sentence,
        reading=(known.reading if known else None) or reading,
    )
