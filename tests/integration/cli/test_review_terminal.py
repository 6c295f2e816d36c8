"""An evening's cards in a real terminal: with a network, without one, and with one that comes and goes."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.deck import Deck
from shared.lexicon.model import Example
from tests.support.cli_learner import HUND, KATZE, SCREEN, SYNC, card
from tests.support.processes import eventually
from tests.support.review_terminal import COLUMNS, Network, Terminal

SENTENCE = "猫が窓のそばで静かに眠っているのを見た。" * 2


@pytest.fixture(name="network")
def _network() -> Iterator[Network]:
    with Network() as network:
        yield network


def synced(network: Network, folder: Path) -> Deck:
    """The deck after a command that sends what waits."""
    with Terminal(network.url, folder, "review", "--sync") as terminal:
        assert terminal.ended() == 0, terminal.written
        return terminal.kept()


def test_an_evening_without_a_network_is_kept_and_sent_once(tmp_path: Path) -> None:
    network = Network()
    with network:
        terminal = Terminal(network.url, tmp_path, "review")
        assert terminal.shows("der Hund"), terminal.written
    with terminal:
        terminal.type(" 3")
        assert terminal.shows("die Katze"), terminal.written
        terminal.type(" 4q")
        assert terminal.ended() == 0, terminal.written
        assert b"Answers kept here: 2." in terminal.written
        assert [(answer.card_id, answer.rating) for answer in terminal.kept().answers] == [
            (HUND, "good"),
            (KATZE, "easy"),
        ]
        assert terminal.as_before()
    with network:
        assert synced(network, tmp_path) == Deck()
        assert synced(network, tmp_path) == Deck()
    assert network.learner.grades == [(HUND, "good"), (KATZE, "easy")]
    assert len(network.server.asked(SYNC)) == 1


def test_keys_typed_while_the_network_is_waited_for_all_count(network: Network, tmp_path: Path) -> None:
    network.held.clear()
    with Terminal(network.url, tmp_path, "review") as terminal:
        assert eventually(lambda: SCREEN in network.reached), terminal.written
        terminal.type(" 3 \x1b[A2q")
        network.held.set()
        assert terminal.ended() == 0, terminal.written
        assert terminal.as_before()
    assert network.learner.grades == [(HUND, "good"), (KATZE, "hard")]


def test_keys_typed_faster_than_cards_are_shown_all_count(network: Network, tmp_path: Path) -> None:
    with Terminal(network.url, tmp_path, "review") as terminal:
        assert terminal.shows("der Hund"), terminal.written
        for key in "あ 1 2 3q":
            terminal.type(key)
        assert terminal.ended() == 0, terminal.written
    assert network.learner.grades == [(HUND, "again"), (KATZE, "hard"), (HUND, "good")]


def test_ctrl_c_ends_at_once_and_what_was_typed_before_it_counts(network: Network, tmp_path: Path) -> None:
    with Terminal(network.url, tmp_path, "review") as terminal:
        assert terminal.shows("der Hund"), terminal.written
        terminal.type(" 3\x03 4q")
        assert terminal.ended() == 130, terminal.written
        assert b"Answers kept here: 1." in terminal.written
        assert b"Traceback" not in terminal.written
        assert [answer.card_id for answer in terminal.kept().answers] == [HUND]
        assert terminal.as_before()
    assert network.learner.grades == []
    synced(network, tmp_path)
    assert network.learner.grades == [(HUND, "good")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_end_leaves_the_terminal_as_it_was_and_keeps_the_answers(
    network: Network, tmp_path: Path, number: int
) -> None:
    with Terminal(network.url, tmp_path, "review") as terminal:
        assert terminal.shows("der Hund"), terminal.written
        terminal.type(" 3")
        assert terminal.shows("die Katze"), terminal.written
        terminal.signal(number)
        assert terminal.ended() == 130, terminal.written
        assert [answer.card_id for answer in terminal.kept().answers] == [HUND]
        assert terminal.as_before()


def test_ctrl_c_while_answers_are_sent_counts_none_twice(network: Network, tmp_path: Path) -> None:
    with Terminal(network.url, tmp_path, "review") as terminal:
        assert terminal.shows("der Hund"), terminal.written
        network.held.clear()
        terminal.type(" 3q")
        assert eventually(lambda: SYNC in network.reached), terminal.written
        terminal.type("\x03")
        assert terminal.ended() == 130, terminal.written
        assert b"Answers kept here: 1." in terminal.written
        assert len(terminal.kept().answers) == 1
        assert terminal.as_before()
    network.held.set()
    assert eventually(lambda: network.learner.grades == [(HUND, "good")]), "the server has it although nobody waited"
    assert synced(network, tmp_path).answers == ()
    assert network.learner.grades == [(HUND, "good")]


def test_wide_text_in_a_narrow_terminal_is_whole(network: Network, tmp_path: Path) -> None:
    assert len(SENTENCE) * 2 > COLUMNS
    network.learner.cards = [
        card(HUND, "猫", "cat", reading="ねこ", examples=[Example(text=SENTENCE, translations={"en": "A cat."})])
    ]
    with Terminal(network.url, tmp_path, "review") as terminal:
        assert terminal.shows("猫"), terminal.written
        terminal.type(" 3q")
        assert terminal.ended() == 0, terminal.written
        shown = terminal.written.decode()
    assert SENTENCE in shown, "the terminal breaks lines, nobody else"
    assert "ねこ · cat" in shown
    assert "u undo  q quit" in shown
