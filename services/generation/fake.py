"""A writer and a web for unit tests: deterministic, in memory, with faults in a given order."""

import threading
from collections.abc import Callable, Iterable, Mapping

import msgspec

from services.generation.gates import Draft
from services.generation.ports import Answer, Hear, Order, Page
from shared.jobs.errors import PermanentError
from shared.jobs.steps import Watch
from shared.ledger.ports import Reply

_CHARACTERS_A_TOKEN = 4
_PIECE = 24  # characters that are heard at once


class FakeWriter:
    """Hands in the same draft for every order.

    Args:
        draft: What it writes.
        faults: What happens to the first calls instead, in order: an error to raise, a change to the answer, or null
            for a good one.
    """

    model = "fake-writer"

    def __init__(self, draft: Draft, faults: Iterable[Exception | Callable[[Answer], Answer] | None] = ()) -> None:
        self.orders: list[Order] = []
        """Every order that was written, in order."""
        self._draft = draft
        self._faults = list(faults)
        self._lock = threading.Lock()

    def request(self, order: Order) -> bytes:
        """The order as JSON."""
        return msgspec.json.encode(order)

    def write(self, order: Order, watch: Watch, hear: Hear) -> Reply:
        """The draft piece by piece, or the next fault."""
        with self._lock:
            self.orders.append(order)
            fault = self._faults.pop(0) if self._faults else None
        if isinstance(fault, Exception):
            raise fault
        answer = Answer(ending="finished", text=msgspec.json.encode(self._draft).decode())
        answer = fault(answer) if fault is not None else answer
        for start in range(0, len(answer.text), _PIECE):
            watch.check()
            hear(answer.text[start : start + _PIECE])
        units = {"input_tokens": _tokens(order.system + order.user), "output_tokens": _tokens(answer.text)}
        return Reply(model=self.model, units=units, body=msgspec.json.encode(answer))

    def answer(self, reply: Reply) -> Answer:
        """What `write` made."""
        return msgspec.json.decode(reply.body, type=Answer)


class FakePages:
    """A web of the given pages.

    Args:
        pages: Address to text, or to the error that fetching it raises.
    """

    def __init__(self, pages: Mapping[str, str | Exception]) -> None:
        self._pages = pages

    def read(self, url: str, watch: Watch) -> Page:
        """The page at `url`."""
        watch.check()
        found = self._pages.get(url)
        if isinstance(found, Exception):
            raise found
        if found is None:
            code = "input_invalid"
            raise PermanentError(code, "There is no such page.")
        return Page(url=url, title=None, text=found)


def _tokens(text: str) -> int:
    return max(1, -(-len(text) // _CHARACTERS_A_TOKEN))
