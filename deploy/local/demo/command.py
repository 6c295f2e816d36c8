"""The main job from order to page, as a client of the API lives it."""

from collections.abc import Callable, Mapping

import httpx
from rich.console import Console

from deploy.local.demo.client import ApiSilentError, JobsClient, RefusedError
from deploy.local.demo.order import OrderError, order_of
from deploy.local.demo.run import DemoRun, Stack
from deploy.local.options import DemoOptions
from services.cli.console import open_console, shown
from services.cli.exits import FAILED, WRONG


def check(options: DemoOptions) -> list[str]:
    """What is wrong with the options, one sentence each: to be asked before anything is started."""
    try:
        order_of(options)
    except OrderError as error:
        return error.problems
    return []


def run(
    stack: Stack,
    options: DemoOptions,
    given: Mapping[str, str] | None = None,
    *,
    console: Console | None = None,
    transport: httpx.BaseTransport | None = None,
) -> int:
    """Run the main job on `stack`, show it, and write its page.

    Args:
        stack: What answers.
        options: What was asked for.
        given: The user's provider variables, of which `<PROVIDER>_MODEL` decides on prices.
        console: Where to print; the standard output if not given.
        transport: How requests reach the stack; the network if not given.

    Returns:
        An exit code: 0 finished, 1 failed or only partly finished, 2 bad input or too expensive, 130 interrupted.
    """
    console = console or open_console()

    def say(sentence: str) -> None:
        console.print(shown(sentence))

    with JobsClient(stack.api_url, stack.api_key, on_silence=say, transport=transport) as client:
        try:
            return _order_and_follow(DemoRun(stack, options, given or {}, console, client), client, options, say)
        except ApiSilentError as error:
            say(f"{error} Log: {stack.log_folder / 'api.log'}")
        except RefusedError as error:
            say(f"The API has not done what it was asked: {error} Log: {stack.log_folder / 'api.log'}")
    return FAILED


def _order_and_follow(demo: DemoRun, client: JobsClient, options: DemoOptions, say: Callable[[str], None]) -> int:
    try:
        order = order_of(options)
        demo.announce(order)
        if not demo.affordable(order):
            return WRONG
        job = client.submit(order.body)
    except OrderError as error:
        problems = error.problems
    except RefusedError as error:
        problems = error.sentences
    else:
        return demo.follow(job, order)
    for problem in problems:
        say(problem)
    return WRONG
