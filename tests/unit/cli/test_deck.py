"""Where a learner's cards lie on this machine."""

from pathlib import Path

import pytest

from services.cli.deck import deck_path, opened
from services.cli.exits import StopError
from services.cli.profile import Profile


def test_two_reviews_at_once_would_lose_answers(tmp_path: Path) -> None:
    path = tmp_path / "reviews" / "deck.json"
    with opened(path), pytest.raises(StopError, match="Another"), opened(path):
        pass


def test_a_new_key_finds_the_deck_of_its_account(tmp_path: Path) -> None:
    paths = {deck_path(tmp_path, Profile(url="https://a.example.org", key=key, email="ada@x.org")) for key in "pq"}
    assert len(paths) == 1
    assert deck_path(tmp_path, Profile(url="https://b.example.org", key="p", email="ada@x.org")) not in paths
