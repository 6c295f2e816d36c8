"""What a command stands in: the environment, its folders, the clock and the way to the server."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from services.cli import profile

if TYPE_CHECKING:  # they take half of a start, and `--help` needs neither
    from services.cli.api import Api
    from services.cli.screen import Screen


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """Made once, by `services.cli.app`, and handed to every command."""

    environ: Mapping[str, str]
    settings: Path
    """The folder of the profile."""
    state: Path
    """The folder of what was begun and may have to be gone on with."""
    machine: str
    """Its name, for people."""
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    transport: Any = None
    """An `httpx.BaseTransport`; the network if there is none."""

    def profile(self) -> profile.Profile:
        """Who to be, and where.

        Raises:
            StopError: Nobody is signed in.
        """
        return profile.current(self.environ, self.settings)

    def api(self, screen: "Screen") -> "Api":
        """The server as who is signed in. Use it as a context manager.

        Raises:
            StopError: Nobody is signed in.
        """
        who = self.profile()
        return self.api_at(who.url, who.key, screen)

    def api_at(self, url: str, key: str | None, screen: "Screen") -> "Api":
        """A server with a key, an access token or neither. Use it as a context manager."""
        from services.cli.api import Api  # noqa: PLC0415  see above

        if key and profile.unsafe(url):
            screen.say(f"Warning: {url} is not encrypted; whoever is on the way can read your key.")
        return Api(url, key, tell=screen.say, pause=self.pause, clock=self.clock, transport=self.transport)


def shell_of(context: typer.Context) -> Shell:
    """The shell that the command was started in."""
    shell = context.obj
    assert isinstance(shell, Shell)  # noqa: S101  services.cli.app puts it there
    return shell


def screen_of(*, as_json: bool = False) -> "Screen":
    """Where the command writes."""
    from services.cli.screen import Screen  # noqa: PLC0415  see above

    return Screen(as_json=as_json)
