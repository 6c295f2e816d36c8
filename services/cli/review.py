"""`parlance review`: an evening's cards in a terminal, with or without a network."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.exits import FAILED, INTERRUPTED, StopError
from services.cli.options import AsJson
from services.cli.shell import Shell, screen_of, shell_of

if TYPE_CHECKING:
    from services.cli.deck import Desk
    from services.cli.screen import Screen

OnlySync = Annotated[bool, typer.Option("--sync", help="Only send what was answered without a network, and get cards.")]


def review(context: typer.Context, *, sync: OnlySync = False, as_json: AsJson = False) -> None:
    """Answer what is due today: space shows the answer, 1 to 4 (or a, h, g, e) grade it, u undoes, q ends.

    Keys may be typed ahead. Each answer is on disk at once and sent at the end. Without a network the cards that were
    fetched last are asked, and the answers wait: the next review sends them, or --sync.
    """
    from services.cli.deck import deck_path, opened  # noqa: PLC0415  httpx and rich take half of a start

    shell, screen = shell_of(context), screen_of(as_json=as_json)
    with opened(deck_path(shell.state, shell.profile())) as desk:
        if sync:
            _exchange(shell, screen, desk, waits=True)
            screen.document({"cards": len(desk.deck.cards), "kept": len(desk.deck.answers)})
            screen.put(f"Cards to review: {len(desk.deck.cards)}.")
        else:
            _refresh(shell, screen, desk)
            _sit_down(shell, screen, desk)


def _exchange(shell: Shell, screen: "Screen", desk: "Desk", *, waits: bool) -> None:
    """Send the answers, then fetch the cards that are due after them; `waits` while the server is away."""
    from services.cli.reviewing import BRIEF, PATIENT, fetch_cards, send_answers  # noqa: PLC0415  see above

    patience = PATIENT if waits else BRIEF
    with shell.api(screen) as api:
        send_answers(api, screen, desk, patience)
        fetch_cards(api, desk, patience)


def _refresh(shell: Shell, screen: "Screen", desk: "Desk") -> None:
    """Exchange; if the server is away go on with the cards that are here."""
    try:
        _exchange(shell, screen, desk, waits=not desk.deck.cards)
    except StopError as stop:
        if stop.code != FAILED or not desk.deck.cards:
            raise
        screen.say(*stop.sentences, f"Going on with the {len(desk.deck.cards)} cards that were fetched last.")


def _sit_down(shell: Shell, screen: "Screen", desk: "Desk") -> None:
    """Ask, send the answers and say how it went; if the server is away they stay here."""
    try:
        grades = _ask(shell, screen, desk)
        _send(shell, screen, desk)
    except KeyboardInterrupt:
        raise StopError(INTERRUPTED, _kept(desk)) from None
    _tell(screen, desk, grades)


def _ask(shell: Shell, screen: "Screen", desk: "Desk") -> dict[str, int]:
    """One sitting; how often each grade was given."""
    from services.cli.keys import terminal_keys  # noqa: PLC0415  see above
    from services.cli.session import Session  # noqa: PLC0415

    with terminal_keys() as keys:
        session = Session(desk=desk, console=screen.err, keys=keys, clock=shell.clock, earlier=len(desk.deck.answers))
        session.run()
    return session.grades()


def _send(shell: Shell, screen: "Screen", desk: "Desk") -> None:
    """Exchange if there is something to send; if the server is away it stays here."""
    try:
        if desk.deck.answers:
            _exchange(shell, screen, desk, waits=False)
    except StopError as stop:
        if stop.code != FAILED:
            raise
        screen.say(*stop.sentences, *([_kept(desk)] if desk.deck.answers else []))


def _tell(screen: "Screen", desk: "Desk", grades: dict[str, int]) -> None:
    answered, left = sum(grades.values()), len(desk.deck.cards)
    kept = len(desk.deck.answers)
    screen.document({"answered": answered, "grades": grades, "left": left, "kept": kept})
    parts = ", ".join(f"{count} {name}" for name, count in grades.items() if count)
    screen.put(f"Answered: {answered} ({parts})." if parts else "Answered: 0.")
    screen.say(f"Cards left for now: {left}.")


def _kept(desk: "Desk") -> str:
    return f"Answers kept here: {len(desk.deck.answers)}. The next review sends them, or `parlance review --sync`."
