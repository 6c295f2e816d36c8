"""What a review session stands on, with or without a network: the cards to ask, and the answers not yet sent.

All of it is one small file for each account, on disk after every answer. An answer has its own id from the moment it is
given, so that sending it twice counts once.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from uuid import UUID, uuid4

import msgspec

from services.cli.exits import FAILED, StopError
from services.cli.files import write_whole
from services.cli.profile import Profile

Grade = Literal["again", "hard", "good", "easy"]
AGAIN: Final = "again"
"""The grade after which a card comes once more in the same session."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A question and its answer, as text."""

    id: UUID
    front: str
    back: str
    hint: str = ""
    """What stands below the question: its direction, or a part of speech."""
    example: str = ""
    """Shown with the answer: a sentence."""
    meaning: str = ""
    """Of the sentence."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One review, as `POST /api/learning/reviews/sync` takes it."""

    id: UUID
    card_id: UUID
    rating: Grade
    reviewed_at: datetime
    duration_ms: int


class Deck(msgspec.Struct, frozen=True, kw_only=True):
    """The cards still to ask, in order, and the answers that the server does not have."""

    cards: tuple[Card, ...] = ()
    answers: tuple[Answer, ...] = ()

    def graded(self, rating: Grade, at: datetime, duration_ms: int) -> "Deck":
        """After an answer to the first card, which comes last again if it was forgotten."""
        card, *rest = self.cards
        answer = Answer(id=uuid4(), card_id=card.id, rating=rating, reviewed_at=at, duration_ms=duration_ms)
        cards = (*rest, card) if rating == AGAIN else tuple(rest)
        return Deck(cards=cards, answers=(*self.answers, answer))

    def without(self, ids: set[UUID]) -> "Deck":
        """After the server has taken these answers, or never will."""
        return Deck(cards=self.cards, answers=tuple(answer for answer in self.answers if answer.id not in ids))


def deck_path(state: Path, who: Profile) -> Path:
    """Where the deck of this account at this server is kept. A new key for the same address finds it again."""
    digest = hashlib.sha256(msgspec.json.encode([who.url, who.email or who.key])).hexdigest()
    return state / "reviews" / f"{digest}.json"


class Desk(msgspec.Struct, kw_only=True):
    """The deck and the file it is in, which never differ."""

    path: Path
    deck: Deck

    def put(self, deck: Deck) -> None:
        """Have this deck from now on, on disk first.

        Raises:
            OSError: The disk is full ...
        """
        write_whole(self.path, msgspec.json.encode(deck), secret=True)
        self.deck = deck


@contextmanager
def opened(path: Path) -> Iterator[Desk]:
    """The deck in this file, which no other command touches meanwhile.

    Raises:
        StopError: Another command has it, or the file is damaged.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StopError(FAILED, "Another `parlance review` is open: end it first.") from None
        yield Desk(path=path, deck=_read(path))


def _read(path: Path) -> Deck:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Deck)
    except FileNotFoundError:
        return Deck()
    except msgspec.MsgspecError:
        raise StopError(FAILED, f"{path} is damaged: move it away; answers in it may be lost.") from None
