"""Which of a learner's words should be met again now: those that are due, and those that are hardly remembered."""

from datetime import datetime
from uuid import UUID

from fsrs.scheduler import DEFAULT_PARAMETERS

from shared.db.session import Connection

MOST = 20  # words a text: more cannot be used naturally in a hundred words or two
WEAK = 0.93
"""Probability of remembering below which a word is weak though not due yet; it is asked at 0.9 by default."""

DUE = (
    "SELECT entry.lemma, min(memory.retrievability) AS retrievability"
    " FROM cards AS card JOIN word_bank AS entry ON entry.id = card.entry_id AND entry.owner_id = card.owner_id,"
    # FSRS-6's forgetting curve, over whole days as `fsrs` counts them.
    " LATERAL (SELECT power(1 + $4::double precision * floor(greatest(extract(epoch FROM $3::timestamptz"
    " - card.last_review), 0) / 86400)::double precision / greatest(card.stability, 0.001), $5::double precision)"
    " AS retrievability) AS memory"
    " WHERE card.owner_id = $1 AND card.pair_id = $2 AND card.state > 0 AND card.suspended IS NULL"
    " AND entry.status IN ('new', 'learning') AND (card.due <= $3 OR memory.retrievability < $6::double precision)"
    " GROUP BY entry.lemma ORDER BY retrievability, entry.lemma LIMIT $7"
)
WEIGHTS = "SELECT weights FROM study_settings WHERE owner_id = $1"
_DECAY = 20  # its place among FSRS-6's weights


def due_words(
    connection: Connection, owner_id: UUID, pair_id: UUID, now: datetime, *, most: int = MOST
) -> tuple[str, ...]:
    """Lemmas of the learner's due and weak words, the least remembered first; each once."""
    factor, decay = _curve(connection, owner_id)
    rows = connection.execute(DUE, (owner_id, pair_id, now, factor, decay, WEAK, most))
    return tuple(row["lemma"] for row in rows)


def _curve(connection: Connection, owner_id: UUID) -> tuple[float, float]:
    """Factor and exponent of the learner's forgetting curve, which is 0.9 when `stability` days have passed."""
    row = connection.execute(WEIGHTS, (owner_id,)).fetchone()
    weights = (row and row["weights"]) or DEFAULT_PARAMETERS
    decay = -float(weights[_DECAY])
    return 0.9 ** (1 / decay) - 1, decay
