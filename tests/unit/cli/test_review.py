import errno
import json
from datetime import UTC, datetime

import httpx
import msgspec
import pytest
import typer

from services.api.screens.learner_schemas import ReviewScreen
from services.cli.deck import Deck, Desk
from services.cli.reviewing import BRIEF
from shared.learning.model import Meeting
from shared.lexicon.model import Example
from tests.support.cli_learner import HUND, KATZE, SCREEN, SYNC, Learner, answered, card
from tests.support.cli_server import CommandLine, FakeServer, problem

AWAY = httpx.ConnectError("no route")


@pytest.fixture(name="learner")
def _learner(server: FakeServer) -> Learner:
    return Learner(server)


def kept(parlance: CommandLine) -> Deck:
    (path,) = (parlance.folder / "state" / "reviews").glob("*.json")
    return msgspec.json.decode(path.read_bytes(), type=Deck)


def away(server: FakeServer) -> None:
    for path in (SYNC, SCREEN):
        server.before[path] = [AWAY] * 100


def back(server: FakeServer) -> None:
    server.before = {}


def test_a_session_shows_cards_and_sends_their_grades(parlance: CommandLine, learner: Learner) -> None:
    ended = parlance("review", "--json", given=" 3 4q")
    assert ended.exit_code == 0, ended.stderr
    assert learner.grades == [(HUND, "good"), (KATZE, "easy")]
    summary = {"answered": 2, "grades": {"again": 0, "hard": 0, "good": 1, "easy": 1}, "left": 0, "kept": 0}
    assert json.loads(ended.stdout) == summary
    assert ended.stderr.index("der Hund") < ended.stderr.index("dog") < ended.stderr.index("die Katze")


def test_an_answer_is_not_shown_before_it_is_asked_for(parlance: CommandLine, learner: Learner) -> None:
    ended = parlance("review", given="3q")
    assert ended.exit_code == 0, ended.stderr
    assert "dog" not in ended.stderr, "a grade before the answer was seen is no grade"
    assert learner.grades == []
    assert ended.stdout == "Answered: 0.\n"


def test_letters_grade_too(parlance: CommandLine, learner: Learner) -> None:
    parlance("review", given=" H Gq")
    assert learner.grades == [(HUND, "hard"), (KATZE, "good")]


def test_what_was_forgotten_comes_again_at_the_end(parlance: CommandLine, learner: Learner) -> None:
    ended = parlance("review", given=" 1 3 3q")
    assert learner.grades == [(HUND, "again"), (KATZE, "good"), (HUND, "good")]
    assert ended.stdout == "Answered: 3 (1 again, 2 good).\n"


def test_an_undone_answer_is_never_sent(parlance: CommandLine, learner: Learner) -> None:
    ended = parlance("review", given=" 1u 2 3u 4q")
    assert ended.exit_code == 0, ended.stderr
    assert learner.grades == [(HUND, "hard"), (KATZE, "easy")], "also the last card can be graded anew"


def test_undo_at_the_begin_does_nothing(parlance: CommandLine, learner: Learner) -> None:
    ended = parlance("review", given="u 3q")
    assert "nothing to undo" in ended.stderr
    assert learner.grades == [(HUND, "good")]


def test_without_a_network_the_last_cards_are_asked_and_the_answers_wait(
    parlance: CommandLine, server: FakeServer, learner: Learner
) -> None:
    assert parlance("review", "--sync").stdout == "Cards to review: 2.\n"
    away(server)
    parlance.pauses.clear()
    ended = parlance("review", given=" 3q")
    assert sum(parlance.pauses) <= 2 * BRIEF, "who can go on waits for nobody"
    assert ended.exit_code == 0, ended.stderr
    assert "Answers kept here: 1." in ended.stderr
    assert len(kept(parlance).answers) == 1
    again = parlance("review", given=" 2q")
    assert "Answers kept here: 2." in again.stderr
    assert again.stdout == "Answered: 1 (1 hard).\n", "those of the sitting before are not counted again"
    back(server)
    assert parlance("review", "--sync", "--json").stdout == '{"cards":0,"kept":0}\n'
    assert learner.grades == [(HUND, "good"), (KATZE, "hard")]
    assert kept(parlance) == Deck()


def test_the_next_review_sends_what_waits(parlance: CommandLine, server: FakeServer, learner: Learner) -> None:
    parlance("review", "--sync")
    away(server)
    parlance("review", given=" 3q")
    back(server)
    parlance("review", given="q")
    assert learner.grades == [(HUND, "good")]


def test_without_a_network_and_without_cards_there_is_no_session(parlance: CommandLine, server: FakeServer) -> None:
    away(server)
    ended = parlance("review", given=" 3q")
    assert ended.exit_code == 1
    assert "cannot be reached" in ended.stderr


def test_a_lost_answer_of_the_server_counts_nothing_twice(
    parlance: CommandLine, server: FakeServer, learner: Learner
) -> None:
    server.after[SYNC] = [httpx.ReadTimeout("gone")] * 20
    parlance("review", given=" 3q")
    server.after = {}
    first = dict(learner.taken)
    parlance("review", "--sync")
    assert learner.taken == first
    assert len(first) == 1
    assert kept(parlance).answers == ()


def test_after_ctrl_c_every_answer_is_kept(
    parlance: CommandLine, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter([" ", "3"])

    def key() -> str:
        pressed = next(keys, None)
        if pressed is None:
            raise KeyboardInterrupt
        return pressed

    monkeypatch.setattr("typer.getchar", key)
    ended = parlance("review")
    assert ended.exit_code == 130
    assert "Answers kept here: 1." in ended.stderr
    assert [answer.card_id for answer in kept(parlance).answers] == [HUND]
    assert learner.taken == {}


def test_answers_to_deleted_cards_are_dropped_and_said(parlance: CommandLine, learner: Learner) -> None:
    learner.verdicts[HUND] = "unknown_card"
    ended = parlance("review", given=" 3 3q")
    assert ended.exit_code == 0, ended.stderr
    assert "cards that are gone: 1" in ended.stderr
    assert learner.grades == [(KATZE, "good")]
    assert kept(parlance).answers == ()


def test_answers_from_the_future_wait(parlance: CommandLine, learner: Learner) -> None:
    learner.verdicts[HUND] = "in_future"
    ended = parlance("review", given=" 3q")
    assert "clock" in ended.stderr
    assert len(kept(parlance).answers) == 1
    learner.verdicts = {}
    parlance("review", "--sync")
    assert learner.grades == [(HUND, "good")]


def test_more_than_a_thousand_answers_go_in_parts(parlance: CommandLine, server: FakeServer, learner: Learner) -> None:
    parlance("review", "--sync")
    (path,) = (parlance.folder / "state" / "reviews").glob("*.json")
    deck = kept(parlance)
    for _ in range(1001):
        deck = deck.graded("again", datetime(2026, 3, 1, tzinfo=UTC), 10)
    Desk(path=path, deck=deck).put(deck)
    assert parlance("review", "--sync").exit_code == 0
    assert len(server.asked(SYNC)) == 2
    assert len(learner.taken) == 1001


def test_a_refusal_keeps_the_answers(parlance: CommandLine, server: FakeServer, learner: Learner) -> None:
    parlance("review", "--sync")
    server.before[SYNC] = [problem(403, "scope", "Your key may only read.")]
    ended = parlance("review", given=" 3q")
    assert ended.exit_code == 4
    assert len(kept(parlance).answers) == 1
    assert learner.taken == {}


def test_a_damaged_deck_is_not_overwritten(parlance: CommandLine, learner: Learner) -> None:
    parlance("review", "--sync")
    (path,) = (parlance.folder / "state" / "reviews").glob("*.json")
    path.write_text("{")
    ended = parlance("review", given="q")
    assert ended.exit_code == 1
    assert "damaged" in ended.stderr
    assert path.read_text() == "{"
    assert learner.taken == {}


def test_production_asks_for_the_word_and_a_reading_is_part_of_the_answer(
    parlance: CommandLine, learner: Learner
) -> None:
    example = Example(text="猫がいる。", translations={"en": "There is a cat.", "de": "Da ist eine Katze."})
    learner.cards = [
        card(HUND, "猫", "cat", reading="ねこ", examples=[example]),
        card(KATZE, "犬", "dog", reading="いぬ", direction="production"),
    ]
    shown = parlance("review", given=" 3 3q").stderr
    assert shown.index("猫\n") < shown.index("ねこ · cat") < shown.index("There is a cat.")
    assert "Da ist" not in shown
    assert shown.index("dog\n") < shown.index("犬 (いぬ)")


def test_nobody_can_steer_the_terminal_by_a_word(parlance: CommandLine, learner: Learner) -> None:
    learner.cards = [card(HUND, "Hund\x1b[2J", "dog\x07")]
    shown = parlance("review", given=" 3q").stderr
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_without_a_language_the_way_to_one_is_said(parlance: CommandLine, server: FakeServer) -> None:
    empty = ReviewScreen(pair=None, today=None, cards=[])
    server.answers["GET", SCREEN] = lambda _: answered(empty)
    ended = parlance("review", given="q")
    assert ended.exit_code == 2
    assert "parlance pairs add" in ended.stderr


def test_cards_that_rest_from_now_on_are_told(parlance: CommandLine, learner: Learner) -> None:
    learner.leeches = [HUND]
    assert "forgot too often and that rest now: 1." in parlance("review", given=" 1q").stderr


def test_a_word_with_several_meanings_is_asked_where_it_was_met(parlance: CommandLine, learner: Learner) -> None:
    met = Meeting(surface="Bank", context="Er sitzt auf der Bank.")
    learner.cards = [card(HUND, "Bank", "bench", article="die", sense="seat", met=met)]
    shown = parlance("review", given="q").stderr
    assert "Er sitzt auf der Bank." in shown
    assert "seat" not in shown, "the gloss is half of the answer"


def test_who_types_ahead_loses_no_key(parlance: CommandLine, learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([" 3 ", "\x1b[A", "4", "q"])
    monkeypatch.setattr("typer.getchar", lambda: next(typed))
    assert parlance("review").exit_code == 0
    assert learner.grades == [(HUND, "good"), (KATZE, "easy")], "an arrow is neither Escape nor a grade"


def test_a_day_without_cards_ends_at_once(
    parlance: CommandLine, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.cards = []
    monkeypatch.delattr("typer.getchar")  # no key is waited for
    ended = parlance("review")
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout == "Answered: 0.\n"


def test_a_refusal_is_no_missing_network(parlance: CommandLine, server: FakeServer, learner: Learner) -> None:
    parlance("review", "--sync")
    server.before[SCREEN] = [problem(401, "key_revoked", "This key was revoked.")]
    ended = parlance("review", given=" 3q")
    assert ended.exit_code == 4
    assert kept(parlance).answers == ()
    assert learner.taken == {}


@pytest.mark.usefixtures("learner")
def test_ctrl_c_behind_other_keys_interrupts(parlance: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.getchar", lambda: " 3\x03")
    assert parlance("review").exit_code == 130
    assert len(kept(parlance).answers) == 1


def test_who_went_to_lunch_did_not_think_for_so_long(
    parlance: CommandLine, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([" ", "3", "q"])

    def key() -> str:
        parlance.now += 5 * 3600
        return next(typed)

    monkeypatch.setattr("typer.getchar", key)
    assert parlance("review").exit_code == 0
    assert learner.grades == [(HUND, "good")], "the API takes no longer answer than an hour"


def test_who_has_no_terminal_is_told_what_to_do(
    parlance: CommandLine, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_terminal() -> str:
        raise OSError(errno.ENXIO, "No such device or address", "/dev/tty")

    monkeypatch.setattr(typer, "getchar", no_terminal)
    ended = parlance("review")
    assert ended.exit_code == 2
    assert "no terminal" in ended.stderr
    assert "parlance review --sync" in ended.stderr
    assert learner.grades == []
