"""Japanese words with dictionary form, part of speech and reading, by Sudachi.

Used directly and not through `spacy.blank("ja")`, whose tokenizer calls a deprecated constructor, joins spaces of its
own making and takes the shortest units (`図書|館`).
"""

from spacy.tokens import Doc
from spacy.tokens.morphanalysis import MorphAnalysis
from spacy.vocab import Vocab
from sudachipy import Morpheme  # type: ignore[import-untyped]  # compiled; its stubs are not marked

from services.nlp.morphemes import morphemes_of
from services.nlp.part_of_speech import from_unidic, of_no_word
from shared.lexicon.kana import hiragana


class SudachiTokenizer:
    """Cuts and tags Japanese text; the morph feature `Reading` is in katakana, as in spaCy's own pipelines."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        """A `Doc` with `doc.text == text`."""
        morphemes = morphemes_of(text)
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
