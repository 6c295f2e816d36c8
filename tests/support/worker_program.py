"""A worker process whose one task does what the job's input says: `python -m tests.support.worker_program`.

Input: `{"naps": 10}` tenths of a second to work, `{"die": "always" | "once"}` kills its own process, `{"fail": code}`
fails with a transient error, `{"mark": path}` appends a line `begin <pid>` and one `end <pid>`.
One that is to perform a step alone does nothing before there is a file `ALONE_GATE`, if that is set.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from shared.jobs.errors import TransientError
from shared.jobs.steps import Done
from shared.queue.task import StepRun
from shared.queue.worker import Service, run_worker
from shared.settings import WorkerSettings
from tests.support.memory_blobs import MemoryBlobs
from tests.support.processes import eventually


def work(run: StepRun) -> Done:
    """Do what the input says."""
    todo = msgspec.json.decode(run.input, type=dict[str, Any])
    _mark(todo, "begin")
    if todo.get("die") == "always" or (todo.get("die") == "once" and run.attempt == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    for nap in range(todo.get("naps", 0)):
        run.watch.progress(nap, todo["naps"], "napping")
        run.watch.check()
        time.sleep(0.1)
    if "fail" in todo:
        raise TransientError(todo["fail"], "as told", retry_after=todo.get("retry_after"))
    _mark(todo, "end")
    return Done(summary="as told", output={"pid": os.getpid()})


def _mark(todo: dict[str, Any], word: str) -> None:
    if "mark" in todo:
        with Path(todo["mark"]).open("a") as file:
            file.write(f"{word} {os.getpid()}\n")


if __name__ == "__main__":
    if sys.argv[1:] and (gate := os.environ.get("ALONE_GATE")):
        eventually(Path(gate).exists, 60.0)
    service = Service(
        name="nlp",
        bodies={
            "nlp.work": work,
            "nlp.enrich_lexicon": lambda _: Done(summary="nothing", output={}),
        },  # a periodic job's
        blobs=MemoryBlobs(),
        program="tests.support.worker_program",
    )
    sys.exit(run_worker(service, WorkerSettings.from_env(os.environ), sys.argv[1:]))
