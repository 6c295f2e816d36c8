"""One of everything that has an id: how to make somebody own one, for each route that takes an id."""

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec

from shared.articles.model import ArticleRequest
from shared.jobs.claims import WorkerBeat, beat_worker
from shared.jobs.kinds import ALL_STEPS, EXPORT_LEARNER, IMPORT_WORDS, WRITE_ARTICLE
from shared.learning.bank import add_entry
from shared.learning.model import NewEntry
from tests.security import learning_items as learning
from tests.security import lexicon_items as lexicon
from tests.security import vocabulary_items as vocabulary
from tests.support.jobs import Engine, step
from tests.support.people import new_key

Make = Callable[[Engine, UUID], str]
"""Makes one for an owner; its id as it stands in a path."""

ARTICLE = """
INSERT INTO articles (id, owner_id, job_id, language, level, title, text, provenance)
VALUES ($1, $2, $3, 'de', 'A2', 'Mein Titel', 'Mein Text.', $4)
"""
BATCH = "INSERT INTO batches (id, owner_id, name, items) VALUES ($1, $2, 'Mein Stapel', 1)"

PAIR = """
INSERT INTO language_pairs (id, owner_id, language, native_language) VALUES ($1, $2, 'de', 'en')
ON CONFLICT (owner_id, language, native_language) DO UPDATE SET language = excluded.language RETURNING id
"""


class Row(msgspec.Struct, frozen=True):
    """How a route with an id is tried."""

    make: Make
    body: dict[str, object] | None = None
    signed_in: bool = False
    """Keys may not do it at all: it is tried with access tokens."""
    admin: bool = False
    """Only admins may, and then to everything."""
    everybodys: bool = False
    """Whoever has a key may."""


def open_job(engine: Engine, owner: UUID) -> str:
    """A job that can be cancelled."""
    return str(_job(engine, owner))


def config_value(engine: Engine, _: UUID) -> str:
    """A value that is not public."""
    engine.connection.execute("INSERT INTO config_values (key, value) VALUES ('my.secret', '1') ON CONFLICT DO NOTHING")
    return "my.secret"


def failed_job(engine: Engine, owner: UUID) -> str:
    """A job that can be retried."""
    job_id = _job(engine, owner)
    engine.fail(job_id, "write_text")
    return str(job_id)


def article(engine: Engine, owner: UUID) -> str:
    """An article whose job has ended."""
    article_id = uuid4()
    job_id = _job(engine, owner)
    engine.succeed(job_id, "write_text")
    provenance = msgspec.json.encode({"provider": "anthropic", "model": "a model", "sandbox": True}).decode()
    engine.connection.execute(ARTICLE, (article_id, owner, job_id, provenance))
    return str(article_id)


def open_batch(engine: Engine, owner: UUID) -> str:
    """A batch that can be cancelled."""
    return _batch(engine, owner, UUID(open_job(engine, owner)))


def failed_batch(engine: Engine, owner: UUID) -> str:
    """A batch that can be retried."""
    return _batch(engine, owner, UUID(failed_job(engine, owner)))


def key(engine: Engine, owner: UUID) -> str:
    """One more key."""
    new_key(engine.connection, owner)
    found = engine.connection.execute(
        "SELECT id FROM api_keys WHERE owner_id = $1 ORDER BY created_at DESC LIMIT 1", (owner,)
    ).fetchone()
    assert found is not None
    return str(found["id"])


def language_pair(engine: Engine, owner: UUID) -> str:
    """A pair; somebody who owns several of everything has each pair once."""
    row = engine.connection.execute(PAIR, (uuid4(), owner)).fetchone()
    assert row is not None
    return str(row["id"])


def entry(engine: Engine, owner: UUID) -> str:
    """A word of the bank."""
    word = NewEntry(lemma=f"Mein {uuid4().hex}", note="Mein Merksatz")
    return str(add_entry(engine.connection, owner, UUID(language_pair(engine, owner)), word).id)


def own_import(engine: Engine, owner: UUID) -> str:
    """An import that is under way."""
    return str(engine.submit(*ALL_STEPS[IMPORT_WORDS], owner_id=owner, kind=IMPORT_WORDS))


def own_export(engine: Engine, owner: UUID) -> str:
    """An export that is under way."""
    return str(engine.submit(*ALL_STEPS[EXPORT_LEARNER], owner_id=owner, kind=EXPORT_LEARNER))


def queue(engine: Engine, owner: UUID) -> str:  # noqa: ARG001 - nobody's
    """A queue."""
    return "nlp"


def worker(engine: Engine, owner: UUID) -> str:  # noqa: ARG001 - nobody's
    """A worker that lives."""
    beat_worker(engine.connection, WorkerBeat("nlp@here", "nlp", "1", 8, 0, draining=False))
    return "nlp@here"


def _job(engine: Engine, owner: UUID) -> UUID:
    request = ArticleRequest(language="de", level="A2", topic="Mein Thema", narrate=False, align=False)
    ordered = msgspec.Raw(msgspec.json.encode(request))
    return engine.submit(step("write_text"), owner_id=owner, kind=WRITE_ARTICLE, input=ordered)


def _batch(engine: Engine, owner: UUID, job_id: UUID) -> str:
    batch_id = uuid4()
    engine.connection.execute(BATCH, (batch_id, owner))
    engine.connection.execute("UPDATE jobs SET batch_id = $1, batch_item = 0 WHERE id = $2", (batch_id, job_id))
    return str(batch_id)


POSSESSIONS: dict[tuple[str, str], Row] = {
    ("GET", "/api/jobs/{job_id}"): Row(open_job),
    ("POST", "/api/jobs/{job_id}/cancel"): Row(open_job),
    ("POST", "/api/jobs/{job_id}/retry"): Row(failed_job),
    ("GET", "/api/articles/{article_id}"): Row(article),
    ("DELETE", "/api/articles/{article_id}"): Row(article),
    ("GET", "/bff/articles/{article_id}"): Row(article),
    ("GET", "/api/generation/batches/{batch_id}"): Row(open_batch),
    ("GET", "/api/generation/batches/{batch_id}/items"): Row(open_batch),
    ("POST", "/api/generation/batches/{batch_id}/cancel"): Row(open_batch),
    ("POST", "/api/generation/batches/{batch_id}/retry"): Row(failed_batch),
    ("PUT", "/api/vocab/pairs/{pair_id}/active"): Row(language_pair),
    ("DELETE", "/api/vocab/pairs/{pair_id}"): Row(language_pair),
    ("GET", "/api/vocab/entries/{entry_id}"): Row(entry),
    ("PATCH", "/api/vocab/entries/{entry_id}"): Row(entry, body={"note": "Mein Wort"}),
    ("DELETE", "/api/vocab/entries/{entry_id}"): Row(entry),
    ("GET", "/api/packs/{pack_id}"): Row(lexicon.published_pack, everybodys=True),
    ("POST", "/api/packs/{pack_id}/add"): Row(lexicon.published_pack, body={"cards": []}, everybodys=True),
    ("GET", "/api/sentences/{sentence_id}"): Row(lexicon.contributed_sentence),
    ("POST", "/api/sentences/{sentence_id}/audio"): Row(lexicon.contributed_sentence, body={}),
    ("GET", "/api/speaking/sessions/{session_id}"): Row(lexicon.speaking_session),
    ("DELETE", "/api/speaking/sessions/{session_id}"): Row(lexicon.speaking_session),
    ("PUT", "/api/sentences/{sentence_id}"): Row(
        lexicon.contributed_sentence, body={"text": "Ein Satz.", "licence": "MIT"}, admin=True
    ),
    ("GET", "/api/vocabulary/quizzes/{quiz_id}"): Row(lexicon.open_quiz),
    ("POST", "/api/vocabulary/quizzes/{quiz_id}/answers"): Row(lexicon.open_quiz, body={"answers": ["my"]}),
    ("GET", "/api/admin/packs/{pack_id}"): Row(lexicon.draft_pack, admin=True),
    ("PUT", "/api/admin/packs/{pack_id}"): Row(
        lexicon.draft_pack, body={"level": "A2", "title": {"en": "Another"}}, admin=True
    ),
    ("DELETE", "/api/admin/packs/{pack_id}"): Row(lexicon.draft_pack, admin=True),
    ("POST", "/api/admin/packs/{pack_id}/words"): Row(lexicon.draft_pack, body={"words": []}, admin=True),
    ("PUT", "/api/admin/packs/{pack_id}/words"): Row(lexicon.draft_pack, body={"words": []}, admin=True),
    ("DELETE", "/api/admin/packs/{pack_id}/words/{word_id}"): Row(lexicon.word_of_pack, admin=True),
    ("POST", "/api/admin/packs/{pack_id}/publish"): Row(lexicon.draft_pack, admin=True),
    ("POST", "/api/admin/packs/{pack_id}/unpublish"): Row(lexicon.draft_pack, admin=True),
    ("POST", "/api/admin/sentences/{sentence_id}/publish"): Row(lexicon.contributed_sentence, admin=True),
    ("POST", "/api/admin/sentences/{sentence_id}/refuse"): Row(lexicon.contributed_sentence, admin=True),
    ("POST", "/api/admin/reports/{item}/{item_id}/settle"): Row(
        lexicon.reported_word, body={"action": "kept"}, admin=True
    ),
    ("GET", "/api/vocabulary/words/{word_id}"): Row(vocabulary.own_word),
    ("PUT", "/api/vocabulary/words/{word_id}"): Row(
        vocabulary.own_word, body={"language": "de", "lemma": "Mein anderes Wort"}
    ),
    ("DELETE", "/api/vocabulary/words/{word_id}"): Row(vocabulary.own_word),
    ("GET", "/api/vocabulary/progress/words/{word_id}"): Row(vocabulary.word_in_bank),
    ("GET", "/api/vocabulary/lists/{list_id}"): Row(vocabulary.word_list),
    ("PATCH", "/api/vocabulary/lists/{list_id}"): Row(vocabulary.word_list, body={"name": "Meine andere"}),
    ("DELETE", "/api/vocabulary/lists/{list_id}"): Row(vocabulary.word_list),
    ("POST", "/api/vocabulary/lists/{list_id}/words"): Row(
        vocabulary.word_list, body={"word_ids": [str(vocabulary.FIXED_WORD)]}
    ),
    ("DELETE", "/api/vocabulary/lists/{list_id}/words/{word_id}"): Row(vocabulary.list_with_word),
    ("GET", "/api/imports/{job_id}"): Row(own_import),
    ("GET", "/api/exports/{job_id}"): Row(own_export),
    ("POST", "/api/learning/reviews/{review_id}/undo"): Row(learning.review),
    ("GET", "/api/learning/sm2/{card_id}"): Row(learning.card),
    ("PUT", "/api/learning/freeze-days/{day}"): Row(learning.freeze_day, everybodys=True),
    ("DELETE", "/api/learning/freeze-days/{day}"): Row(learning.freeze_day, everybodys=True),
    ("GET", "/api/flashcards/{card_id}"): Row(learning.card),
    ("DELETE", "/api/flashcards/{card_id}"): Row(learning.card),
    ("POST", "/api/flashcards/{card_id}/suspend"): Row(learning.card),
    ("POST", "/api/flashcards/{card_id}/unsuspend"): Row(learning.card),
    ("POST", "/api/flashcards/{card_id}/events"): Row(learning.card, body=learning.EVENT),
    ("GET", "/api/flashcards/sessions/{session_id}"): Row(learning.session),
    ("POST", "/api/flashcards/sessions/{session_id}/answers"): Row(learning.answerable_session, body=learning.ANSWER),
    ("POST", "/api/flashcards/sessions/{session_id}/end"): Row(learning.session),
    ("DELETE", "/api/auth/keys/{key_id}"): Row(key, signed_in=True),
    ("PUT", "/api/admin/config/{key}"): Row(config_value, body={"value": 1, "public": True}, admin=True),
    ("DELETE", "/api/admin/config/{key}"): Row(config_value, admin=True),
    ("GET", "/api/admin/jobs/{job_id}"): Row(open_job, admin=True),
    ("POST", "/api/admin/jobs/{job_id}/cancel"): Row(open_job, admin=True),
    ("POST", "/api/admin/jobs/{job_id}/retry"): Row(failed_job, admin=True),
    ("POST", "/api/admin/queues/{name}/pause"): Row(queue, body={"reason": "a test"}, admin=True),
    ("POST", "/api/admin/queues/{name}/resume"): Row(queue, admin=True),
    ("POST", "/api/admin/workers/{name}/drain"): Row(worker, admin=True),
}
"""Every route that takes an id. A new one without a row fails the build: add it here."""
