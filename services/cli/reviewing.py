"""Answers on their way to the server, and cards on their way here."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from services.cli.api import decoded
from services.cli.deck import Answer, Card, Deck, Desk
from services.cli.exits import WRONG, StopError
from services.cli.lexicon import headword
from services.cli.pairs import NO_PAIR

if TYPE_CHECKING:
    from services.cli.api import Api
    from services.cli.screen import Screen

SYNC: Final = "/api/learning/reviews/sync"
MOST: Final = 1000
"""Answers in one request, as the server has it."""
MOST_CARDS: Final = 100
"""Cards at a time, as the server has it."""
PATIENT: Final = 10.0  # seconds
"""To try again where nothing can be done without the server."""
BRIEF: Final = 1.0  # seconds
"""Where a learner waits who can go on without it."""
TOO_EARLY: Final = "in_future"
"""The verdict of an answer that is kept: this machine's clock is ahead, and time heals it."""
TROUBLE: Final = {
    "conflict": "Answers not taken, because the server has others under their ids: {}.",
    "unknown_card": "Answers to cards that are gone: {}.",
    TOO_EARLY: "Answers from the future, kept until it has come: {}. Is this machine's clock right?",
}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one answer."""

    id: UUID
    verdict: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of all of them."""

    results: list[Verdict]
    leeches: list[UUID] = []


def send_answers(api: "Api", screen: "Screen", desk: Desk, patience: float) -> None:
    """Send all answers, each counted once however often this is repeated. What is settled leaves the desk.

    Args:
        api: The server.
        screen: Where trouble is told.
        desk: Where the answers lie.
        patience: Seconds to try again while the server is away.

    Raises:
        StopError: The server is away, or refuses; what it took before that is settled.
        OSError: The deck cannot be put on disk.
    """
    verdicts: Counter[str] = Counter()
    leeches = 0
    for part in _parts(desk.deck.answers):
        report = msgspec.convert(decoded(api.send("POST", SYNC, body={"reviews": part}, patience=patience)), Report)
        desk.put(desk.deck.without({result.id for result in report.results if result.verdict != TOO_EARLY}))
        verdicts.update(result.verdict for result in report.results)
        leeches += len(report.leeches)
    screen.say(*(sentence.format(verdicts[name]) for name, sentence in TROUBLE.items() if verdicts[name]))
    if leeches:
        screen.say(f"Cards that you forgot too often and that rest now: {leeches}.")


def _parts(answers: Sequence[Answer]) -> Iterator[Sequence[Answer]]:
    for first in range(0, len(answers), MOST):
        yield answers[first : first + MOST]


def fetch_cards(api: "Api", desk: Desk, patience: float) -> None:
    """Put on the desk what is to be asked next, in the server's order; `patience` as above.

    Raises:
        StopError: It cannot be had, or the learner has no language.
        OSError: The deck cannot be put on disk.
    """
    screen = decoded(api.send("GET", "/bff/review", params={"limit": MOST_CARDS}, patience=patience))
    if screen["pair"] is None:
        raise StopError(WRONG, NO_PAIR)
    native = str(screen["pair"]["native_language"])
    rows = msgspec.convert(screen["cards"], list[dict[str, Any]])
    desk.put(Deck(cards=tuple(card_of(row, native) for row in rows), answers=desk.deck.answers))


def card_of(row: Mapping[str, Any], native: str) -> Card:
    """The question and answer of a card.

    A reading is part of the answer, and so is the gloss that tells meanings apart: a word with several is asked in the
    sentence where it was met.
    """
    word = {**row, "lemma": row["text"]}
    meaning = "; ".join(row["translations"]) or "(no translation)"
    example, translated = _example(row, native)
    details = [part for part in (row.get("plural") and f"plural {row['plural']}", row.get("note")) if part]
    if row["direction"] == "recognition":
        front = headword(word | {"reading": None, "sense": None})
        hint = f"What does it mean here: {example}" if row.get("sense") and example else "What does it mean?"
        back = " · ".join(filter(None, (row.get("reading"), meaning)))
    else:
        front, hint, back = meaning, "How do you say it?", headword(word)
    card_id = UUID(row["id"])
    return Card(
        id=card_id, front=front, back="\n".join([back, *details]), hint=hint, example=example, meaning=translated
    )


def _example(row: Mapping[str, Any], native: str) -> tuple[str, str]:
    """The sentence in which the word was met, else one that shows it in use; with its translation, if there is one."""
    met = str((row.get("met") or {}).get("context", ""))
    examples = [each for each in row.get("examples") or () if not met or each["text"] == met]
    if not examples:
        return met, ""
    return str(examples[0]["text"]), str((examples[0].get("translations") or {}).get(native, ""))
