from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest

from services.cli.watching import ROUND, WAIT, watch_all


class Server:
    """Answers each path's requests one after the other and remembers for how long they might be held back."""

    def __init__(self, **answers: list[httpx.Response]) -> None:
        self.answers: dict[str, Iterator[httpx.Response]] = {path: iter(given) for path, given in answers.items()}
        self.waits: list[tuple[str, int | None]] = []

    def send(self, _: str, path: str, *, params: dict[str, int] | None, **__: Any) -> httpx.Response:
        """The next answer."""
        self.waits.append((path, (params or {}).get("wait")))
        return next(self.answers[path])

    def pause(self, _: float) -> None:
        """Go on at once."""


def told(number: int, *, done: bool = False) -> httpx.Response:
    return httpx.Response(200, json={"number": number, "done": done}, headers={"ETag": f'"{number}"'})


def numbers(server: Server, *paths: str) -> Iterator[list[int]]:
    for states in watch_all(cast("Any", server), paths):
        yield [state["number"] for state in states]


def test_news_of_one_are_told_before_the_others_are_asked() -> None:
    server = Server(a=[told(1), told(2, done=True)], b=[told(1), told(3, done=True)])
    news = numbers(server, "a", "b")
    assert next(news) == [1, 1]
    assert next(news) == [2, 1]
    assert server.waits[-1][0] == "a", "b may hold its answer back while a's news would wait"
    assert list(news) == [[2, 3]]


@pytest.mark.parametrize("several", [2, 5, 40])
def test_many_together_are_held_back_no_longer_than_a_round(several: int) -> None:
    paths = [f"p{number}" for number in range(several)]
    server = Server(**{path: [told(1), told(2, done=True)] for path in paths})
    assert list(numbers(server, *paths))[-1] == [2] * several
    held = [wait for _, wait in server.waits if wait]
    assert max(held) <= max(1, ROUND // several)


def test_one_alone_is_held_back_for_long() -> None:
    server = Server(a=[told(1), told(2, done=True)])
    assert list(numbers(server, "a")) == [[1], [2]]
    assert server.waits == [("a", None), ("a", WAIT)]
