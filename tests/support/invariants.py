"""The promises the engine makes, checked on the rows."""

from pathlib import Path

from shared.db.session import Connection

INVARIANTS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def broken_promises(connection: Connection) -> list[tuple[str, str]]:
    """Each promise that some row breaks, with the row's name; empty if all is well."""
    return [(row["broken"], row["what"]) for row in connection.execute(INVARIANTS)]
