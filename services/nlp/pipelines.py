"""One spaCy pipeline a language: a trained one where it is installed, else a blank one with our components."""

from functools import cache
from importlib.metadata import version

import msgspec
import spacy
from spacy.language import Language

from services.nlp import hanta_tagger, romance_tagger  # noqa: F401 - registers their factories with spaCy
from services.nlp.sentence_tokenizer import SentenceTokenizer
from services.nlp.sudachi_tokenizer import SudachiTokenizer
from services.nlp.word_cutting import mended
from shared.languages import LANGUAGES

_HANTA = frozenset({"de", "en"})
_PACKAGES = {"hanta": "HanTa", "simplemma": "simplemma", "sudachi": "SudachiPy"}
_NOT_NEEDED = ["ner", "parser", "senter", "entity_linker"]  # sentence ends are decided by SentenceTokenizer


class Pipeline(msgspec.Struct, frozen=True):
    """A loaded pipeline and what to say about it."""

    nlp: Language
    language: str
    engine: str
    """`de_core_news_md 3.8.0`, `blank+hanta`, `blank+simplemma`, `blank+sudachi`."""
    model: str
    """The engine with its version, for the provenance."""
    pos_source: str
    """`model`, `hanta`, `heuristic`, `sudachi`."""


@cache
def pipeline_for(language: str) -> Pipeline:
    """The pipeline of a language in `LANGUAGES`, loaded once in a process (0.3 to 3 s, 30 to 200 MB)."""
    name = LANGUAGES[language].spacy_pipeline
    return trained(name, language) if spacy.util.is_package(name) else blank(language)


def trained(name: str, language: str) -> Pipeline:
    """A trained pipeline with its own tagger and lemmatizer, and our sentence ends.

    Args:
        name: An installed package, or the path of a saved pipeline.
        language: ISO 639-1 code.
    """
    nlp = spacy.load(name, exclude=_NOT_NEEDED)
    nlp.tokenizer = SentenceTokenizer(nlp.tokenizer, nlp.vocab, language)
    engine = f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}"
    return Pipeline(nlp, language, engine, engine, "model")


def blank(language: str) -> Pipeline:
    """A blank pipeline with HanTa, simplemma or Sudachi."""
    if language == "ja":
        nlp = spacy.blank("xx")
        nlp.tokenizer = SentenceTokenizer(SudachiTokenizer(nlp.vocab), nlp.vocab, language)
        return _described(nlp, language, "sudachi", "sudachi")
    nlp = spacy.blank(language)
    nlp.tokenizer = SentenceTokenizer(mended(nlp, language), nlp.vocab, language)
    factory = "parlance_hanta" if language in _HANTA else "parlance_romance"
    nlp.add_pipe(factory, config={"language": language})
    return _described(nlp, language, *(("hanta", "hanta") if language in _HANTA else ("simplemma", "heuristic")))


def _described(nlp: Language, language: str, name: str, pos_source: str) -> Pipeline:
    return Pipeline(nlp, language, f"blank+{name}", f"{name} {version(_PACKAGES[name])}", pos_source)
