"""A word whose lemma changes while its frequency is looked up gets that of the new one."""

import pytest

from services.nlp import frequency
from services.nlp.enrichment import enrich_lexicon
from tests.integration.nlp.test_enrichment import run_of, zipfs
from tests.support.jobs import Engine
from tests.support.lexicon import new_word


def test_a_lemma_that_changed_meanwhile_is_looked_up_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    new_word(engine.connection, "Haus")

    def slow(lemma: str, _: str) -> float:
        engine.connection.execute("UPDATE words SET lemma = 'Maus' WHERE lemma = 'Haus'")
        return {"Haus": 5.0, "Maus": 4.0}[lemma]

    monkeypatch.setattr(frequency, "zipf", slow)
    enrich_lexicon(run_of(engine))
    assert zipfs(engine) == {"Maus": 4.0}
