"""Shortens a text by leaving out whole sentences: nothing is invented and nothing is reworded."""

from collections import Counter

import msgspec

from services.sandbox.sentences import count_words, words

_SHORTEST_CONTENT_WORD = 4  # letters
_OPENING_BONUS = 1.5
"""Factor for a paragraph's first sentence, which later ones refer to."""


def keep_beginning(paragraphs: list[list[str]], length: int, language: str) -> list[list[str]]:
    """Whole sentences from the start until at least `length` words are there: a story stays a story."""
    kept: list[list[str]] = []
    used = 0
    for sentences in paragraphs:
        group: list[str] = []
        for sentence in sentences:
            if used < length:
                group.append(sentence)
                used += count_words(sentence, language)
        if group:
            kept.append(group)
    return kept


class _Candidate(msgspec.Struct, frozen=True):
    paragraph: int
    position: int
    size: int
    weight: float


def cut_down(paragraphs: list[list[str]], length: int, language: str) -> list[list[str]]:
    """Choose sentences until about `length` words are there, and keep their order and their paragraphs.

    A sentence counts for as much as the mean frequency, in this text, of its content words (H. P. Luhn, The Automatic
    Creation of Literature Abstracts, 1958); the very first sentence is always kept.

    Args:
        paragraphs: Sentences of each paragraph.
        length: Words wanted. A text that is no longer than this stays as it is.
        language: ISO 639-1 code, for counting words.
    """
    candidates = _candidates(paragraphs, language)
    if not candidates or sum(candidate.size for candidate in candidates) <= length:
        return paragraphs
    first, *others = candidates
    kept = {(first.paragraph, first.position)}
    used = first.size
    for candidate in sorted(others, key=lambda other: (-other.weight, other.paragraph, other.position)):
        # The sentence that would overshoot is taken only if it brings the sum nearer to what was asked.
        if abs(used + candidate.size - length) < abs(used - length):
            kept.add((candidate.paragraph, candidate.position))
            used += candidate.size
    chosen = [
        [sentence for position, sentence in enumerate(sentences) if (index, position) in kept]
        for index, sentences in enumerate(paragraphs)
    ]
    return [sentences for sentences in chosen if sentences]


def _candidates(paragraphs: list[list[str]], language: str) -> list[_Candidate]:
    content = [[_content(sentence, language) for sentence in sentences] for sentences in paragraphs]
    frequency = Counter(word for sentences in content for sentence in sentences for word in sentence)
    return [
        _Candidate(
            paragraph,
            position,
            count_words(paragraphs[paragraph][position], language),
            _weight(found, frequency) * (_OPENING_BONUS if position == 0 else 1.0),
        )
        for paragraph, sentences in enumerate(content)
        for position, found in enumerate(sentences)
    ]


def _content(sentence: str, language: str) -> list[str]:
    """Words that carry a topic: long ones, and in Japanese runs of Chinese characters."""
    if language == "ja":
        return [character for character in sentence if "\u4e00" <= character <= "\u9fff"]
    return [word for word in words(sentence) if len(word) >= _SHORTEST_CONTENT_WORD]


def _weight(content: list[str], frequency: Counter[str]) -> float:
    return sum(frequency[word] for word in content) / len(content) if content else 0.0
