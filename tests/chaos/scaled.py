"""A service's own program with shorter clocks and, if asked, a flaw: `python -m tests.chaos.scaled`.

`CHAOS_PROGRAM` is the module to run, `CHAOS_LEASE` the lease in seconds: two minutes hold a dozen faults only if a
lease is shorter than the thirty seconds of production. What is derived from it shrinks with it; the long rehearsal
leaves the clocks alone. `CHAOS_FORGETS=nlp.translate_text` makes a worker of an older release, which does not know
that task. A step whose input holds `POISON` waits for neighbours and then kills its process.
"""

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Any

from shared.jobs import model
from shared.settings import run_plainly


def _shortened(env: Mapping[str, str]) -> Any:
    """The program, imported after the clocks were set: its modules copy them."""
    factor = float(env["CHAOS_LEASE"]) / model.LEASE
    model.LEASE *= factor
    program: Any = importlib.import_module(env["CHAOS_PROGRAM"])
    if hasattr(program, "Relay"):
        relay: Any = importlib.import_module("services.dispatcher.relay")
        relay.SLOW_AFTER *= factor
        relay.STALE_AFTER *= factor
    if hasattr(program, "run_worker"):
        program.run_worker = importlib.import_module("tests.chaos.flaws").run_flawed
    return program


main = _shortened(os.environ).main

if __name__ == "__main__":
    sys.exit(run_plainly(main, os.environ, sys.argv[1:]))
