"""Which objects rows point to: whoever keeps a key in a table says so here, or the sweep deletes the object."""

from shared.db.session import Connection

REFERENCED = (
    "SELECT key FROM article_narrations WHERE key = ANY($1::text[])"
    " UNION SELECT paragraph->>'key' FROM article_narrations, jsonb_array_elements(paragraphs) AS paragraph"
    " WHERE paragraph->>'key' = ANY($1::text[])"
    " UNION SELECT audio ->> 'key' FROM sentences WHERE audio ->> 'key' = ANY($1::text[])"
    " UNION SELECT key FROM entry_media WHERE key = ANY($1::text[])"
    " UNION SELECT response_key FROM provider_calls WHERE response_key = ANY($1::text[])"
)


def referenced_keys(connection: Connection, keys: list[str]) -> set[str]:
    """Those of `keys` that some row points to."""
    return {row["key"] for row in connection.execute(REFERENCED, (keys,))}
