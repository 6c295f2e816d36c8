"""From a text to sentences, words, level profile and useful words, whatever the pipeline."""

from collections.abc import Iterator

from spacy.tokens import Span as SpacySpan
from spacy.tokens import Token as SpacyToken

from services.nlp.frequency import zipf
from services.nlp.pipelines import Pipeline
from services.nlp.profile import profile_of
from services.nlp.sentence_tokenizer import PARAGRAPHS
from services.nlp.useful_words import useful_words
from shared.articles.model import Annotation, Level, Provenance, Sentence, Token
from shared.lexicon.bands import band_of
from shared.lexicon.kana import hiragana

_NO_WORD = frozenset({"PUNCT", "SYM", "SPACE", "X"})


def annotate(text: str, level: Level, pipeline: Pipeline) -> Annotation:
    """Cut and tag `text`.

    Args:
        text: Paragraphs with blank lines between them; offsets count its code points.
        level: The level it was written for, which decides what is useful to learn from it.
        pipeline: The language's.
    """
    sentences = list(_sentences(text, pipeline))
    return Annotation(
        engine=pipeline.engine,
        sentences=sentences,
        profile=profile_of(sentences, pipeline.language),
        useful_words=useful_words(sentences, level),
        provenance=Provenance(provider="spacy", model=pipeline.model),
    )


def _sentences(text: str, pipeline: Pipeline) -> Iterator[Sentence]:
    doc = pipeline.nlp(text)
    for index, (paragraph, span) in enumerate(zip(doc.user_data[PARAGRAPHS], doc.sents, strict=False)):
        tokens = [_token(token, pipeline) for token in _words(span)]
        start, end = tokens[0].start, tokens[-1].end
        yield Sentence(index=index, paragraph=paragraph, start=start, end=end, text=text[start:end], tokens=tokens)


def _words(span: SpacySpan) -> list[SpacyToken]:
    return [token for token in span if not token.is_space]


def _token(token: SpacyToken, pipeline: Pipeline) -> Token:
    value = _zipf(token, pipeline.language)
    reading = token.morph.get("Reading", []) if pipeline.language == "ja" else []
    return Token(
        start=token.idx,
        end=token.idx + len(token.text),
        text=token.text,
        lemma=token.lemma_ or token.text,
        pos=token.pos_ or "X",
        pos_source=pipeline.pos_source,
        zipf=value,
        band=None if value is None else band_of(value),
        reading=hiragana(reading[0]) if reading else None,
    )


def _zipf(token: SpacyToken, language: str) -> float | None:
    """Of the lemma; of the form where the lemma is in no list (a slip of the lemmatizer, a rare infinitive)."""
    if token.pos_ in _NO_WORD or not any(letter.isalpha() for letter in token.text):
        return None
    return zipf(token.lemma_ or token.text, language) or zipf(token.text, language)
