"""One `Doc` a text whose sentences are cut before its words, so that no word crosses a sentence's end."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from spacy.attrs import SENT_START  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.tokens import Doc
from spacy.vocab import Vocab

from services.nlp.paragraphs import paragraph_spans
from services.nlp.sentence_ends import sentence_spans

PARAGRAPHS = "paragraph_of_each_sentence"
"""Key in `Doc.user_data`: list of the paragraph index of each sentence."""


class SentenceTokenizer:
    """Stands in for a pipeline's tokenizer and hands each sentence to the one it wraps.

    Args:
        words: Cuts one sentence into words without losing a character.
        vocab: The pipeline's.
        language: ISO 639-1 code, for the sentence ends.
    """

    def __init__(self, words: Callable[[str], Doc], vocab: Vocab, language: str) -> None:
        self._words = words
        self._vocab = vocab
        self._language = language

    def __call__(self, text: str) -> Doc:
        """A `Doc` with `doc.text == text`, sentence starts and `PARAGRAPHS`; no sentence if there is no word."""
        spans = [
            (span, index)
            for index, paragraph in enumerate(paragraph_spans(text))
            for span in sentence_spans(text, paragraph, self._language)
        ]
        starts = [0, *(start for (start, _), _ in spans[1:]), len(text)]
        pieces = [self._words(text[start:end]) for start, end in pairwise(starts) if start < end]
        doc = Doc.from_docs(pieces, ensure_whitespace=False) or Doc(self._vocab)
        if pieces:
            _mark_sentences(doc, [len(piece) for piece in pieces])
        doc.user_data[PARAGRAPHS] = [index for _, index in spans]
        return doc


def _mark_sentences(doc: Doc, lengths: list[int]) -> None:
    """At once: setting `token.is_sent_start` word by word takes time that grows with the square of the text."""
    starts = np.full((len(doc), 1), -1, dtype=np.int64)
    starts[np.cumsum([0, *lengths[:-1]])] = 1
    doc.from_array([SENT_START], starts.astype(np.uint64))  # type: ignore[arg-type]  # an array of thinc's own type is asked for
