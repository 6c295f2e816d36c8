"""`make demo`: a stack of its own, the main job, an orderly end."""

from collections.abc import Mapping
from pathlib import Path

from deploy.local import state
from deploy.local.demo import command
from deploy.local.environment import keys_of, read_dotenv
from deploy.local.interruption import interruptible
from deploy.local.lock import Lock
from deploy.local.memory import new_memory
from deploy.local.notices import providers_table, say
from deploy.local.options import DemoOptions, OptionsError
from deploy.local.places import DOTENV, demo_folder, places_of_demo
from deploy.local.providers import PROVIDERS, who_answers
from deploy.local.scratch import POSTGRES, private_folder, scratch_folder
from deploy.local.stack import running_stack
from services.cli.exits import WRONG


def run_demo(checkout: Path, environ: Mapping[str, str]) -> int:
    """Check what was asked for, then start, run, stop. Returns the exit code."""
    try:
        options = DemoOptions.from_env(environ, demo_folder(checkout) / "article.html")
    except OptionsError as error:
        return _refuse([str(error)])
    given = provider_variables(options, checkout, environ)
    complaints = [*command.check(options), *_missing_keys(options, given)]
    if complaints:
        return _refuse(complaints)
    return _start_and_run(options, given, checkout, environ)


def provider_variables(options: DemoOptions, checkout: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The user's keys, only if the demo was asked to be real: the shell's before those of `.env`."""
    return read_dotenv(checkout / DOTENV) | keys_of(environ) if options.real else {}


def _missing_keys(options: DemoOptions, given: Mapping[str, str]) -> list[str]:
    if not options.real or "real" in who_answers(given).values():
        return []
    names = ", ".join(f"{provider.prefix}_API_KEY" for provider in PROVIDERS)
    return [f"REAL=1 needs the key of a provider: set {names} or some of them, in the shell or in .env."]


def _refuse(complaints: list[str]) -> int:
    for complaint in complaints:
        say(complaint)
    return WRONG


def _start_and_run(options: DemoOptions, given: Mapping[str, str], checkout: Path, environ: Mapping[str, str]) -> int:
    folder = demo_folder(checkout)
    folder.mkdir(parents=True, exist_ok=True)
    servers = state.server_folder(checkout, environ, root=state.is_root())
    with interruptible(), Lock(folder / "lock"), scratch_folder(servers / "scratch") as scratch:
        places = places_of_demo(checkout, servers, private_folder(scratch), scratch / POSTGRES)
        with running_stack(places, new_memory(), given=given, environ=environ, disposable=True, tell=say) as stack:
            say(providers_table(stack.providers))
            return command.run(stack, options, given)
