"""Texts of others fit into a row."""

import pytest

from shared.jobs.wording import storable


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("", ""),
        ("Grüße, 你好 😀", "Grüße, 你好 😀"),
        ("a\x00b", "ab"),
        ("a\ud83db", "a?b"),
        ("line\nline", "line\nline"),
    ],
)
def test_only_what_postgres_refuses_is_changed(text: str, stored: str) -> None:
    assert storable(text) == stored
    stored.encode()
