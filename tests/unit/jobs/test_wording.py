"""Texts of others fit into a row."""

import pytest

from shared.jobs.wording import counted, storable


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


def test_one_is_singular() -> None:
    assert [counted(number, "word") for number in (0, 1, 2)] == ["0 words", "1 word", "2 words"]
