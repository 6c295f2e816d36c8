"""Japanese words with dictionary form, part of speech and reading, by Sudachi.

Used directly and not through `spacy.blank("ja")`, whose tokenizer calls a deprecated constructor, joins spaces of its
own making and takes the shortest units (`図書|館`). Unit B is what a dictionary lists (`図書館`, but `国立|図書館`).
"""

from functools import cache
from itertools import pairwise

from spacy.tokens import Doc
from spacy.tokens.morphanalysis import MorphAnalysis
from spacy.vocab import Vocab
from sudachipy import (  # type: ignore[import-untyped]  # compiled; its stubs are not marked
    Dictionary,
    Morpheme,
    SplitMode,
    Tokenizer,
)

from services.nlp.part_of_speech import from_unidic, of_no_word

LONGEST_INPUT = 10_000
"""Code points at a time: Sudachi refuses more than 49 149 bytes of UTF-8."""

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_KANA_LETTERS = frozenset(map(chr, [*_KATAKANA_TO_HIRAGANA.values(), ord("ー")]))


@cache
def _sudachi() -> Tokenizer:
    return Dictionary().tokenizer()


def hiragana(katakana: str) -> str | None:
    """The reading in hiragana, or None if it is no kana (`。` and `😀` read as themselves)."""
    reading = katakana.translate(_KATAKANA_TO_HIRAGANA)
    return reading if reading and set(reading) <= _KANA_LETTERS else None


class SudachiTokenizer:
    """Cuts and tags Japanese text; the morph feature `Reading` is in katakana, as in spaCy's own pipelines."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._sudachi = _sudachi()

    def __call__(self, text: str) -> Doc:
        """A `Doc` with `doc.text == text`."""
        cuts = [*range(0, len(text), LONGEST_INPUT), len(text)]
        morphemes = [
            morpheme
            for start, end in pairwise(cuts)
            for morpheme in self._sudachi.tokenize(text[start:end], SplitMode.B)
            if morpheme.surface()
        ]
        words = [morpheme.surface() for morpheme in morphemes]
        doc = Doc(self._vocab, words=words, spaces=[False] * len(words))
        before: Morpheme | None = None
        for token, morpheme in zip(doc, morphemes, strict=True):
            token.lemma_ = token.text if of_no_word(token.text) else morpheme.dictionary_form() or token.text
            token.pos_ = _part_of_speech(morpheme, before)
            if hiragana(morpheme.reading_form()):
                token.morph = MorphAnalysis(self._vocab, {"Reading": morpheme.reading_form()})
            before = morpheme
        return doc


def _part_of_speech(morpheme: Morpheme, before: Morpheme | None) -> str:
    tags = morpheme.part_of_speech()
    if tags[1] == "非自立可能" and before is not None and before.part_of_speech()[1] == "接続助詞":
        return "AUX"  # `いる` of `遊んでいる`
    if tags[0] == "空白":
        return "SPACE"
    return of_no_word(morpheme.surface()) or from_unidic(tags)
