"""A learner's things, put straight into the tables: a pair, words in the bank, cards, reviews."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.articles.model import Annotation, LevelProfile, Provenance, Sentence, Token
from shared.articles.store import save_annotation
from shared.db.session import Connection
from shared.jobs.ids import uuid7
from shared.learning.bank import add_entry
from shared.learning.cards import make_cards
from shared.learning.fitting import LEAST_REVIEWS, LOOKED_AT
from shared.learning.model import NewEntry
from shared.learning.scheduling import Direction
from shared.lexicon.model import NewWord, document
from shared.lexicon.store import save_word
from tests.support.api import NOW
from tests.support.jobs import Engine
from tests.support.written import finished

PAIR = "INSERT INTO language_pairs (id, owner_id, language, native_language, active) VALUES ($1, $2, $3, $4, $5)"
SCHEDULE = """
UPDATE cards SET state = $2, stability = $3, difficulty = 5, due = $4, reviews = 3,
  last_review = $4::timestamptz - interval '5 days'
WHERE id = $1
"""
PACK = """
INSERT INTO packs (id, language, level, title, description, published_at)
VALUES ($1, $2, $3, $4::jsonb, '{"en": "Words."}', $5)
"""
BY = Provenance(provider="spacy", model="m")
PROFILE = LevelProfile(
    estimated_level="A1", band_shares={}, mean_sentence_words=3.0, type_token_ratio=1.0, words=3, sentences=1
)
TAGGED = (
    (0, "Die", "der", "DET"),
    (4, "Katze", "Katze", "NOUN"),
    (10, "schläft", "schlafen", "VERB"),
    (17, ".", ".", "PUNCT"),
)
REVIEW = """
INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, state_before) VALUES ($1, $2, $3, $4, $5, $6)
"""


def new_pair(
    connection: Connection, owner_id: UUID, language: str = "de", native: str = "en", *, active: bool = True
) -> UUID:
    """A language pair."""
    pair_id = uuid7()
    connection.execute(PAIR, (pair_id, owner_id, language, native, active))
    return pair_id


def new_word(connection: Connection, lemma: str, translation: str = "", **changes: Any) -> UUID:
    """A word of everybody's."""
    columns = {"language": "de", "pos": "NOUN", "source": "catalogue", **changes}
    return save_word(connection, NewWord(lemma=lemma, translations={"en": [translation or lemma]}, **columns))


def new_pack(connection: Connection, words: list[UUID], **changes: Any) -> str:
    """A pack, published unless said otherwise; its id."""
    columns = {"language": "de", "level": "A1", "title": {"en": "Animals", "fr": "Animaux"}, "published_at": NOW}
    columns |= changes
    pack_id = uuid7()
    values = (pack_id, columns["language"], columns["level"], document(columns["title"]), columns["published_at"])
    connection.execute(PACK, values)
    for position, word in enumerate(words):
        connection.execute("INSERT INTO pack_words VALUES ($1, $2, $3)", (pack_id, word, position))
    return str(pack_id)


def in_bank(connection: Connection, owner_id: UUID, pair_id: UUID, lemma: str, **changes: Any) -> UUID:
    """An entry of the bank, of a word that is made for it if there is none and then means something."""
    return add_entry(connection, owner_id, pair_id, NewEntry(lemma=lemma, **({"translation": lemma} | changes))).id


def with_card(
    connection: Connection,
    owner_id: UUID,
    pair_id: UUID,
    lemma: str,
    *,
    due: datetime | None = None,
    direction: Direction = "recognition",
    state: int = 2,
    stability: float = 5.0,
) -> UUID:
    """A card of a word of the bank: new without `due`, else learnt and due then."""
    entry = in_bank(connection, owner_id, pair_id, lemma)
    (card,) = make_cards(connection, owner_id, [entry], [direction])
    if due is not None:
        connection.execute(SCHEDULE, (card, state, stability, due))
    return card


def reviewed(
    connection: Connection, owner_id: UUID, card_id: UUID, at: datetime, *, rating: int = 3, state_before: int = 2
) -> UUID:
    """A review in the log; the card stays as it is."""
    review_id = uuid4()
    connection.execute(REVIEW, (owner_id, review_id, card_id, rating, at, state_before))
    return review_id


def telling_reviews(connection: Connection, owner_id: UUID, pair_id: UUID, count: int = LEAST_REVIEWS) -> list[UUID]:
    """So many reviews that came a day or more after the card's last, of learnt cards; their cards."""
    cards = list[UUID]()
    for start in range(0, count, LOOKED_AT - 1):
        cards.append(with_card(connection, owner_id, pair_id, f"Wort{len(cards)}", due=NOW))
        for day in range(min(count - start, LOOKED_AT - 1) + 1):
            reviewed(connection, owner_id, cards[-1], NOW + timedelta(days=day), rating=1 + day % 4)
    return cards


def annotated_article(engine: Engine, owner_id: UUID) -> str:
    """An article, "Die Katze schläft. Der Hund bellt.", whose first sentence is tagged; its id."""
    _, article_id = finished(engine, owner_id)
    tokens = [
        Token(start=start, end=start + len(text), text=text, lemma=lemma, pos=pos, pos_source="model")
        for start, text, lemma, pos in TAGGED
    ]
    sentence = Sentence(index=0, paragraph=0, start=0, end=18, text="Die Katze schläft.", tokens=tokens)
    annotation = Annotation(engine="e", sentences=[sentence], profile=PROFILE, useful_words=[], provenance=BY)
    save_annotation(engine.connection, article_id, annotation)
    return str(article_id)
