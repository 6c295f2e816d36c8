"""How much room a learner's pictures and recordings take, and how much the plan gives."""

from uuid import UUID

from shared.db.session import Connection

# An object that several words show counts once.
MEDIA_BYTES = (
    "SELECT coalesce(sum(size), 0)::bigint AS bytes"
    " FROM (SELECT DISTINCT key, size FROM entry_media WHERE owner_id = $1) AS medium"
)
ROOM = (
    "SELECT plan.storage_bytes FROM accounts AS account JOIN plans AS plan ON plan.name = account.plan"
    " WHERE account.id = $1"
)


class StorageFullError(Exception):
    """The learner's pictures and recordings take more room than the plan gives."""


def require_room(connection: Connection, owner_id: UUID) -> None:
    """Call it in the transaction that has put them there: the exception takes them back.

    Raises:
        StorageFullError: They are too much.
    """
    taken = connection.execute(MEDIA_BYTES, (owner_id,)).fetchone()
    given = connection.execute(ROOM, (owner_id,)).fetchone()
    if taken is not None and given is not None and taken["bytes"] > given["storage_bytes"]:
        raise StorageFullError
