"""One of everything of the lexicon that has an id, and a quiz: makers for `possessions.py`."""

from uuid import UUID, uuid4

from shared.jobs.ids import uuid7
from shared.lexicon.model import NewWord
from shared.lexicon.store import save_word
from tests.support.jobs import Engine

PAIR = """
INSERT INTO language_pairs (id, owner_id, language, native_language, active) VALUES ($1, $2, 'de', 'en', true)
ON CONFLICT (owner_id, language, native_language) DO UPDATE SET active = true RETURNING id
"""
PACK = """
INSERT INTO packs (id, language, level, title, published_at)
VALUES ($1, 'de', 'A1', '{"en": "A pack"}', CASE WHEN $2 THEN clock_timestamp() END)
"""
SENTENCE = """
INSERT INTO sentences (id, language, text, source, licence, contributor_id, status)
VALUES ($1, 'de', 'Mein Satz.', 'community', 'CC0-1.0', $2, 'in_review')
"""
SPEAKING = "INSERT INTO speaking_sessions (id, owner_id, sentence_id, mode) VALUES ($1, $2, $3, 'practice')"
QUESTION = '[{"word_id": "00000000-0000-4000-8000-000000000001", "prompt": "Mein", "solution": "my"}]'
QUIZ = "INSERT INTO quizzes (id, owner_id, pair_id, kind, questions) VALUES ($1, $2, $3, 'matching', $4::jsonb)"
REPORT = "INSERT INTO reports (id, owner_id, item, item_id, reason) VALUES ($1, $2, 'word', $3, 'other')"


def published_pack(engine: Engine, owner: UUID) -> str:
    """A pack that everybody sees, and a pair to see it with."""
    engine.connection.execute(PAIR, (uuid4(), owner))
    return _pack(engine, published=True)[0]


def draft_pack(engine: Engine, owner: UUID) -> str:  # noqa: ARG001 - nobody's
    """A pack that only admins see."""
    return _pack(engine, published=False)[0]


def word_of_pack(engine: Engine, owner: UUID) -> str:  # noqa: ARG001 - nobody's
    """A draft and the word in it."""
    return "/".join(_pack(engine, published=False))


def contributed_sentence(engine: Engine, owner: UUID) -> str:
    """A sentence that waits for an admin; until then its contributor alone sees it."""
    sentence_id = uuid7()
    engine.connection.execute(SENTENCE, (sentence_id, owner))
    return str(sentence_id)


def speaking_session(engine: Engine, owner: UUID) -> str:
    """Somebody sets out to say a sentence of their own."""
    session_id = uuid7()
    values = (session_id, owner, UUID(contributed_sentence(engine, owner)))
    engine.connection.execute(SPEAKING, values)
    return str(session_id)


def open_quiz(engine: Engine, owner: UUID) -> str:
    """A quiz of one question that nobody has answered."""
    pair = engine.connection.execute(PAIR, (uuid4(), owner)).fetchone()
    assert pair is not None
    quiz_id = uuid7()
    engine.connection.execute(QUIZ, (quiz_id, owner, pair["id"], QUESTION))
    return str(quiz_id)


def reported_word(engine: Engine, owner: UUID) -> str:
    """A word that somebody reported, as it stands in a path."""
    word_id = _word(engine)
    engine.connection.execute(REPORT, (uuid4(), owner, word_id))
    return f"word/{word_id}"


def _pack(engine: Engine, *, published: bool) -> tuple[str, str]:
    pack_id, word_id = uuid7(), _word(engine)
    engine.connection.execute(PACK, (pack_id, published))
    engine.connection.execute("INSERT INTO pack_words VALUES ($1, $2, 1)", (pack_id, word_id))
    return str(pack_id), str(word_id)


def _word(engine: Engine) -> UUID:
    word = NewWord(language="de", lemma=f"Wort {uuid4().hex}", pos="NOUN", source="catalogue")
    return save_word(engine.connection, word)
