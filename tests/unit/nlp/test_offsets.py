"""Whatever the text, every token and sentence is the exact piece of it that its offsets say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.nlp.annotate import annotate
from services.nlp.pipelines import pipeline_for
from shared.articles.model import Annotation
from shared.languages import LANGUAGES

ODD = [
    "👩‍👩‍👧", "🇩🇪", "e\u0301", "\u0301", "ﬁ", "ß", "İ", "\u00a0", "\u200b", "\u202e", "\ufeff", "\u2028", "\u3000",
    "\r\n", "\n\n", "\r", "\t", "…", "。", "「", "」", "«", "»", "„", "“", "”", "'", "\u2019", '"', "-", "—", "3.",
    "z. B.", "M. ", "l'", "-lo", "http://a.b/c", "a@b.de", "か\u3099", "𠮷野家", "ｶﾞ", "W" * 60, "x" * 3000,
    "\x00", "\x1f", "ـ",
    "ไทย", "0,5 %", "No. ", "!?", "...", "I", "A",
]  # fmt: skip
texts = st.lists(
    st.one_of(st.sampled_from(ODD), st.text(max_size=12), st.sampled_from(["Haus", " ", ". ", "? Ja"])), max_size=25
).map("".join)


def annotated(text: str, language: str) -> Annotation:
    return annotate(text, "A2", pipeline_for(language))


def pieces(text: str, annotation: Annotation) -> list[str]:
    """What lies between the tokens, before the first and after the last."""
    tokens = [token for sentence in annotation.sentences for token in sentence.tokens]
    ends = [0, *(token.end for token in tokens)]
    starts = [*(token.start for token in tokens), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60, deadline=None)
@given(text=texts)
def test_tokens_and_sentences_join_back_to_the_source(language: str, text: str) -> None:
    annotation = annotated(text, language)
    for index, sentence in enumerate(annotation.sentences):
        assert (sentence.index, text[sentence.start : sentence.end]) == (index, sentence.text)
        assert (sentence.start, sentence.end) == (sentence.tokens[0].start, sentence.tokens[-1].end)
        assert all(
            text[token.start : token.end] == token.text and token.lemma and token.pos for token in sentence.tokens
        )
    gaps = pieces(text, annotation)
    assert all(not gap.strip() for gap in gaps)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_leaves_its_paragraph(language: str) -> None:
    text = "Eins\n\nZwei. Drei\r\n \r\nVier"
    found = [(sentence.paragraph, sentence.text) for sentence in annotated(text, language).sentences]
    assert [paragraph for paragraph, _ in found] == [0, 1, 1, 2]
    assert [sentence for _, sentence in found] == ["Eins", "Zwei.", "Drei", "Vier"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_text_has_no_sentence_and_no_word(language: str) -> None:
    annotation = annotated(" \n\n ", language)
    assert (annotation.sentences, annotation.useful_words, annotation.profile.words) == ([], [], 0)
