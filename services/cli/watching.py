"""Following a job or a batch until it is done, as politely as the README asks."""

from collections.abc import Iterator, Sequence
from typing import Final

from services.cli.api import LONG, Answer, Api, decoded, retry_after

WAIT: Final = 30  # seconds for which the server may hold an answer back
ROUND: Final = 5  # seconds for all of them where several are watched: while one is held back the others move unseen
DEFAULT_PAUSE: Final = 1.0  # seconds, where the server does not say


def watch(api: Api, path: str) -> Iterator[Answer]:
    """Each state of what is at `path`, the last one done.

    Raises:
        StopError: The server is away for too long, or there is no such thing.
    """
    for states in watch_all(api, [path]):
        yield states[0]


def watch_all(api: Api, paths: Sequence[str]) -> Iterator[list[Answer]]:
    """The states of everything at `paths` whenever one changed, until all are done. One request at a time.

    Raises:
        StopError: The server is away for too long, or there is no such thing.
    """
    etags: dict[str, str] = {}
    states: dict[str, Answer] = {}
    while True:
        pause = 0.0
        opened = [path for path in paths if not states.get(path, {}).get("done")]
        for path in opened:
            news_only = {"If-None-Match": etags[path]} if path in etags else {}
            wait = {"wait": WAIT if len(opened) == 1 else max(1, ROUND // len(opened))} if news_only else None
            answer = api.send("GET", path, params=wait, headers=news_only, patience=LONG)
            pause = max(pause, retry_after(answer, DEFAULT_PAUSE))
            if answer.status_code == 304:  # noqa: PLR2004  nothing new
                continue
            states[path] = decoded(answer)
            if "ETag" in answer.headers:
                etags[path] = answer.headers["ETag"]
            if len(states) == len(paths):
                yield [states[path] for path in paths]
        if all(states[path].get("done") for path in paths):
            return
        api.pause(pause)
