"""`make up`: the stack in the foreground, its data kept."""

import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

from deploy.local import state
from deploy.local.environment import DOTENV_PORTS, read_dotenv
from deploy.local.interruption import interruptible
from deploy.local.lock import Lock
from deploy.local.memory import remember, remembered
from deploy.local.notices import providers_table, say, up_notice
from deploy.local.places import DOTENV, places_of_up
from deploy.local.servers import StartError
from deploy.local.stack import RunningStack, running_stack
from shared.settings import SettingsError, whole_number

LOOK = 0.5  # seconds between two looks for news of the processes


def run_up(checkout: Path, environ: Mapping[str, str]) -> int:
    """Start the stack and stay until Ctrl-C, `make down` or a closed terminal. Returns the exit code."""
    given = read_dotenv(checkout / DOTENV)
    servers = state.server_folder(checkout, environ, root=state.is_root())
    places = places_of_up(checkout, servers)
    with interruptible(), Lock(places.lock):
        memory = remembered(places.memory, ports_asked_for(given))
        remember(places.memory, memory)
        try:
            with running_stack(places, memory, given=given, environ=environ, flower=True, tell=say) as stack:
                remember(places.memory, msgspec.structs.replace(memory, api_key=stack.api_key))
                say(f"{providers_table(stack.providers)}\n{up_notice(stack, memory.flower_password)}")
                _stay(stack)
        except KeyboardInterrupt:
            say("Stopped.")
    return 0


def ports_asked_for(given: Mapping[str, str]) -> dict[str, int]:
    """The ports that `.env` asks for, by server name.

    Raises:
        StartError: One of them is no port.
    """
    try:
        return {
            server: whole_number(given, name, 0, most=65535) for name, server in DOTENV_PORTS.items() if name in given
        }
    except SettingsError as error:
        message = f".env: {error}"
        raise StartError(message) from error


def _stay(stack: RunningStack) -> None:
    told = 0
    while True:
        events = stack.events()
        for event in events[told:]:
            say(f"{event.name} {event.what} ({event.detail})")
        told = len(events)
        threading.Event().wait(LOOK)
