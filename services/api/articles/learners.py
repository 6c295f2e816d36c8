"""Articles for one learner: with the words that this learner should meet again, for the words that the bank knows."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.api.articles.schemas import MOST_WORD
from services.api.jobs.actions import in_thread
from services.api.problems import FieldError, input_invalid
from services.api.visits import Visit
from shared.articles.model import ArticleRequest
from shared.db.session import Database
from shared.learning.due_words import due_words

PAIR = """
SELECT id FROM language_pairs WHERE owner_id = $1 AND language = $2
ORDER BY native_language IS NOT DISTINCT FROM $3::text DESC, active DESC, id LIMIT 1
"""


async def for_learner(visit: Visit, article: ArticleRequest) -> ArticleRequest:
    """The order with the learner's due and weak words of now, so that a step that is done again writes the same.

    Raises:
        ApiError: 400, the learner has no pair with this language.
    """
    row = await visit.resources.database.row(PAIR, visit.owner_id, article.language, article.native_language)
    if row is None:
        message = f"needs a language pair for {article.language}: add one first"
        raise input_invalid([FieldError("use_due_words", message)])
    engine, owner_id, pair_id, now = visit.resources.engine, visit.owner_id, row["id"], visit.resources.now()
    due = await in_thread(lambda: _due(engine, owner_id, pair_id, now))
    return with_words(article, pair_id, due)


def with_words(article: ArticleRequest, pair_id: UUID, due: tuple[str, ...]) -> ArticleRequest:
    """The order with these words behind those that it asks for itself; whole sentences are no words to use."""
    words = tuple(word for word in due if len(word) <= MOST_WORD)
    wanted = tuple(dict.fromkeys((*article.words_to_use, *words)))
    return msgspec.structs.replace(article, pair_id=pair_id, due_words=words, words_to_use=wanted)


def _due(engine: Database, owner_id: UUID, pair_id: UUID, now: datetime) -> tuple[str, ...]:
    with engine.connection() as connection:
        return due_words(connection, owner_id, pair_id, now)
