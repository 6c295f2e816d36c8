"""A review session in a terminal: one card, one key, the next card. Knows nothing of the server."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, get_args

import msgspec
from rich.console import Console

from services.cli.console import shown
from services.cli.deck import Card, Deck, Desk, Grade
from services.cli.keys import QUIT, UNDO, Keys

GRADES: Final[dict[str, Grade]] = {
    "1": "again", "a": "again", "2": "hard", "h": "hard", "3": "good", "g": "good", "4": "easy", "e": "easy",
}  # fmt: skip
SHOW: Final = frozenset({" ", "\r", "\n"})
LONGEST: Final = 3_600_000  # ms that an answer may have taken: who went to lunch did not think for so long


class Session(msgspec.Struct, kw_only=True):
    """One sitting. Each answer makes a new deck, so that undoing one is going back to the deck before."""

    desk: Desk
    console: Console
    keys: Keys
    clock: Callable[[], float]
    """Monotonic seconds."""
    earlier: int
    """Answers of the deck that were given before this sitting."""
    before: list[Deck] = []

    def run(self) -> None:
        """Ask until no card is left or the learner has enough.

        Raises:
            KeyboardInterrupt: Ctrl-C; every answer is on disk.
            OSError: An answer cannot be put on disk.
            StopError: There is no terminal.
        """
        while (key := self._ask(self.desk.deck.cards[0]) if self.desk.deck.cards else self._end()) not in QUIT:
            if key == UNDO:
                self._undo()

    def grades(self) -> dict[str, int]:
        """How often each grade was given and not undone."""
        given = Counter(answer.rating for answer in self.desk.deck.answers[self.earlier :])
        return {name: given[name] for name in get_args(Grade)}

    def _ask(self, card: Card) -> str:
        """Show a card and take its grade; the key that ended it."""
        self._say(f"\n{len(self.desk.deck.cards)} left    space shows the answer  u undo  q quit", "dim")
        self._say(card.front, "bold")
        self._say(card.hint, "dim")
        began = self.clock()
        key = self.keys.wanted(SHOW)
        if key in SHOW:
            self._show_answer(card)
            key = self.keys.wanted(GRADES.keys())
        if key in GRADES:
            self._grade(GRADES[key], round((self.clock() - began) * 1000))
        return key

    def _end(self) -> str:
        """No card is left; the last answer can still be undone."""
        if not self.before:
            return ""
        self._say("\nNo card is left.    u undo  q end", "dim")
        return self.keys.wanted(QUIT)

    def _show_answer(self, card: Card) -> None:
        self._say(card.back, "green")
        self._say(card.example)
        self._say(card.meaning, "dim")
        self._say("1 again  2 hard  3 good  4 easy", "dim")

    def _grade(self, rating: Grade, duration_ms: int) -> None:
        deck = self.desk.deck.graded(rating, datetime.now(UTC), min(max(duration_ms, 0), LONGEST))
        before = self.desk.deck
        self.desk.put(deck)
        self.before.append(before)
        self._say(rating, "dim")

    def _undo(self) -> None:
        if not self.before:
            self._say("There is nothing to undo.", "yellow")
            return
        self.desk.put(self.before[-1])
        self.before.pop()
        self._say("Undone.", "yellow")

    def _say(self, text: str, style: str = "") -> None:
        if text:
            self.console.print(shown(text, style), soft_wrap=True)
