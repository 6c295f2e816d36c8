"""What a learner's bank says about the words of a text."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from shared.db.session import Connection
from shared.learning.model import EntryStatus

STATUSES = (
    "SELECT lower(lemma) AS lemma, status FROM word_bank"
    " WHERE owner_id = $1 AND pair_id = $2 AND lower(lemma) = ANY($3::text[])"
)


def statuses(
    connection: Connection, owner_id: UUID, pair_id: UUID, lemmas: Collection[str]
) -> dict[str, frozenset[EntryStatus]]:
    """The statuses of those lemmas that the bank has, by lemma in lower case: several if it has several meanings."""
    rows = connection.execute(STATUSES, (owner_id, pair_id, sorted({lemma.lower() for lemma in lemmas})))
    found: dict[str, frozenset[EntryStatus]] = {}
    for row in rows:
        status = msgspec.convert(row["status"], EntryStatus)
        found[row["lemma"]] = found.get(row["lemma"], frozenset()) | {status}
    return found
