"""A learner of German over the API, and a small lexicon."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.articles.model import Annotation, LevelProfile, Provenance, Sentence, Token, Translation
from shared.articles.store import save_annotation, save_translation
from shared.learning.cards import make_cards
from shared.lexicon.model import NewWord
from shared.lexicon.store import save_word
from tests.integration.api.conftest import Api
from tests.support.jobs import Engine
from tests.support.written import finished

BY = Provenance(provider="spacy", model="m")
PROFILE = LevelProfile(
    estimated_level="A1", band_shares={}, mean_sentence_words=3.0, type_token_ratio=1.0, words=6, sentences=2
)
TEXT = "Die Katze schläft. Der Hund bellt."
TOKENS = (
    (0, "Die", "der", "DET"),
    (4, "Katze", "Katze", "NOUN"),
    (10, "schläft", "schlafen", "VERB"),
    (17, ".", ".", "PUNCT"),
    (19, "Der", "der", "DET"),
    (23, "Hund", "Hund", "NOUN"),
    (28, "bellt", "bellen", "VERB"),
    (33, ".", ".", "PUNCT"),
)


class Learner:
    """Somebody who learns German from English."""

    def __init__(self, api: Api, pair_id: str) -> None:
        self.api = api
        self.http: httpx.AsyncClient = api.mine
        self.engine: Engine = api.engine
        self.id = api.key.owner_id
        self.pair_id = pair_id

    async def add(self, lemma: str, **order: object) -> dict[str, Any]:
        """Keep a word; its entry."""
        answer = await self.http.post("/api/vocab/entries", json={"lemma": lemma, **order})
        assert answer.status_code in {200, 201}, answer.text
        entry: dict[str, Any] = answer.json()
        return entry

    async def change(self, entry_id: str, **patch: object) -> httpx.Response:
        """Change an entry."""
        return await self.http.patch(f"/api/vocab/entries/{entry_id}", json=patch)

    async def listed(self, query: str = "") -> list[str]:
        """The lemmas of the first page."""
        answer = await self.http.get(f"/api/vocab/entries{query}")
        assert answer.status_code == 200, answer.text
        return [item["lemma"] for item in answer.json()["items"]]

    def card(self, entry_id: str) -> UUID:
        """A new card of an entry."""
        (card,) = make_cards(self.engine.connection, self.id, [UUID(entry_id)], ["recognition"])
        return card

    def suspended(self, card: UUID) -> str | None:
        """Why a card is not asked."""
        row = self.engine.connection.execute("SELECT suspended FROM cards WHERE id = $1", (card,)).fetchone()
        assert row is not None
        reason: str | None = row["suspended"]
        return reason

    def count(self, table: str) -> int:
        """Rows of a table that are the learner's."""
        sql = f"SELECT count(*) AS n FROM {table} WHERE owner_id = $1"  # noqa: S608 - a name of ours
        row = self.engine.connection.execute(sql, (self.id,)).fetchone()
        assert row is not None
        return int(row["n"])


@pytest.fixture
async def learner(api: Api) -> Learner:
    """A learner with one pair."""
    answer = await api.mine.post("/api/vocab/pairs", json={"language": "de", "native_language": "en"})
    assert answer.status_code == 201, answer.text
    return Learner(api, answer.json()["id"])


def word(engine: Engine, lemma: str, pos: Any = "NOUN", owner_id: UUID | None = None, **more: Any) -> str:
    """A word of the lexicon."""
    more.setdefault("language", "de")
    more.setdefault("translations", {"en": [f"english {lemma}"], "fr": [f"français {lemma}"]})
    return str(save_word(engine.connection, NewWord(lemma=lemma, pos=pos, source="catalogue", **more), owner_id))


def bench_and_bank(engine: Engine) -> list[str]:
    """Two meanings of *Bank*."""
    return [word(engine, "Bank", sense=sense) for sense in ("furniture", "money")]


def annotated(api: Api, *, translated_into: str | None = "en", owner_id: UUID | None = None) -> str:
    """An article of two sentences whose words were found."""
    _, article_id = finished(api.engine, owner_id or api.key.owner_id, text=TEXT)
    annotation = Annotation(engine="e", sentences=_sentences(), profile=PROFILE, useful_words=[], provenance=BY)
    save_annotation(api.engine.connection, article_id, annotation)
    if translated_into is not None:
        texts = ["The cat sleeps.", "The dog barks."]
        translation = Translation(language=translated_into, sentences=texts, provenance=BY)
        save_translation(api.engine.connection, article_id, translation)
    return str(article_id)


def _sentences() -> list[Sentence]:
    tokens = [
        Token(start=start, end=start + len(text), text=text, lemma=lemma, pos=pos, pos_source="model")
        for start, text, lemma, pos in TOKENS
    ]
    return [
        Sentence(index=0, paragraph=0, start=0, end=18, text=TEXT[:18], tokens=tokens[:4]),
        Sentence(index=1, paragraph=0, start=19, end=34, text=TEXT[19:], tokens=tokens[4:]),
    ]
