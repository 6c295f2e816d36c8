"""Which meanings the lexicon has of many lemmas at once."""

from collections.abc import Iterable
from uuid import UUID

from shared.db.session import Connection
from shared.lexicon.model import folded

MEANINGS = (
    "SELECT folded, array_agg(id ORDER BY owner_id NULLS LAST, zipf DESC NULLS LAST, id) AS ids FROM words"
    " WHERE hidden_at IS NULL AND (owner_id IS NULL OR owner_id = $1) AND language = $2 AND folded = ANY($3::text[])"
    " GROUP BY folded"
)


def meanings(connection: Connection, owner_id: UUID, language: str, lemmas: Iterable[str]) -> dict[str, list[UUID]]:
    """Ids of the meanings that a learner may see, by folded lemma."""
    rows = connection.execute(MEANINGS, (owner_id, language, sorted({folded(lemma) for lemma in lemmas})))
    return {row["folded"]: row["ids"] for row in rows}
