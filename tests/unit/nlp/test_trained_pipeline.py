"""A trained pipeline, made here from four sentences: it proves the plumbing, not the quality."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.training import Example

from services.nlp.annotate import annotate
from services.nlp.pipelines import Pipeline, pipeline_for, trained

SENTENCES = [
    (["Die", "Katze", "schläft", "."], ["DET", "NOUN", "VERB", "PUNCT"], ["der", "Katze", "schlafen", "."]),
    (["Der", "Hund", "läuft", "."], ["DET", "NOUN", "VERB", "PUNCT"], ["der", "Hund", "laufen", "."]),
    (["Die", "Hunde", "schlafen", "."], ["DET", "NOUN", "VERB", "PUNCT"], ["der", "Hund", "schlafen", "."]),
    (["Das", "Kind", "lacht", "."], ["DET", "NOUN", "VERB", "PUNCT"], ["der", "Kind", "lachen", "."]),
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved German pipeline with a tagger, a lemmatizer and a sentence splitter that is to be left out."""
    nlp = spacy.blank("de")
    for name in ("tok2vec", "morphologizer", "senter"):
        nlp.add_pipe(name)
    nlp.add_pipe("trainable_lemmatizer", config={"min_tree_freq": 1})
    starts = [[True, *[False] * (len(words) - 1)] for words, _, _ in SENTENCES]
    examples = [
        Example.from_dict(
            nlp.make_doc(" ".join(words)), {"words": words, "pos": pos, "lemmas": lemmas, "sent_starts": start}
        )
        for (words, pos, lemmas), start in zip(SENTENCES, starts, strict=True)
    ]
    nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples)
    path = tmp_path_factory.mktemp("pipeline") / "de_tiny"
    nlp.meta["name"] = "tiny"
    nlp.meta["version"] = "1.2.3"
    nlp.to_disk(path)
    return path


@pytest.fixture(scope="module")
def pipeline(saved: Path) -> Pipeline:
    return trained(str(saved), "de")


def test_its_own_tagger_and_lemmatizer_are_used(pipeline: Pipeline) -> None:
    annotation = annotate("Die Hunde schlafen.", "A2", pipeline)
    tokens = annotation.sentences[0].tokens
    assert [token.pos for token in tokens] == ["DET", "NOUN", "VERB", "PUNCT"]
    assert [token.lemma for token in tokens] == ["der", "Hund", "schlafen", "."]
    assert {token.pos_source for token in tokens} == {"model"}


def test_sentence_ends_are_decided_as_elsewhere(pipeline: Pipeline) -> None:
    annotation = annotate("Dr. Müller lacht.  Das Kind schläft z. B. lange\n\nEnde", "A2", pipeline)
    found = [(sentence.paragraph, sentence.text) for sentence in annotation.sentences]
    assert found == [(0, "Dr. Müller lacht."), (0, "Das Kind schläft z. B. lange"), (1, "Ende")]


def test_the_engine_is_named(pipeline: Pipeline) -> None:
    annotation = annotate("Das Kind lacht.", "A2", pipeline)
    assert (annotation.engine, annotation.provenance.model) == ("de_tiny 1.2.3", "de_tiny 1.2.3")


def test_a_trained_pipeline_is_taken_where_it_is_installed(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str, *, exclude: list[str]) -> Language:
        assert name == "de_core_news_md"
        return real_load(saved, exclude=exclude)

    real_load = spacy.load
    monkeypatch.setattr(spacy.util, "is_package", lambda name: name == "de_core_news_md")
    monkeypatch.setattr(spacy, "load", load)
    assert pipeline_for.__wrapped__("de").engine == "de_tiny 1.2.3"
    assert pipeline_for.__wrapped__("en").engine == "blank+hanta"
