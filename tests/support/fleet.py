"""Worker and dispatcher processes of a test, over its own Postgres and Redis."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import msgspec

from deploy.local.children import ChildSpec, spawn
from deploy.local.state import CHECKOUT
from shared.jobs.kinds import both_queues
from shared.jobs.submission import Submission
from tests.support.jobs import Engine, step, submission
from tests.support.processes import eventually

PROGRAM = "tests.support.worker_program"
DISPATCHER = "services.dispatcher.app"


class Fleet:
    """Starts processes, counts them, and ends them all."""

    def __init__(self, engine: Engine, environment: dict[str, str], folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self._environment = {**os.environ, **environment}
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, module: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a process of `module`; its output goes to a log in `folder`."""
        spec = ChildSpec(
            name=module,
            command=(sys.executable, "-m", module),
            environment={**self._environment, **environment},
            folder=CHECKOUT,
        )
        process = spawn(spec, self.folder / f"{module}-{len(self._processes)}.log")  # it dies with us, however we go
        self._processes.append(process)
        return process

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker and wait until it is on the register."""
        process = self.start(PROGRAM, **environment)
        assert eventually(lambda: self.registered(process.pid)), self.logs()
        return process

    def registered(self, pid: int) -> bool:
        """True if the process is on the register of workers."""
        row = self.engine.connection.execute(
            "SELECT count(*) AS n FROM workers WHERE name LIKE $1", (f"%-{pid}",)
        ).fetchone()
        return row is not None and row["n"] == 1

    def dispatcher(self) -> subprocess.Popen[bytes]:
        """Start a dispatcher."""
        return self.start(DISPATCHER)

    def submit(self, *, bulk: bool = False, name: str = "work", **todo: object) -> UUID:
        """A job of one step that does `todo`; see `worker_program`."""
        return self.engine.submit(step(name), **self.told(bulk=bulk, **todo))

    def told(self, *, bulk: bool = False, **todo: object) -> dict[str, object]:
        """What a submission says of its input."""
        return {"input": msgspec.Raw(msgspec.json.encode(todo)), "bulk": bulk}

    def batch(self, count: int, **todo: object) -> list[Submission]:
        """Many bulk jobs of one owner."""
        return [submission([step("work")], **self.told(bulk=True, **todo)) for _ in range(count)]

    def ends(self, job: UUID, state: str = "succeeded", timeout: float = 30.0) -> bool:
        """Wait until the job has ended as expected."""
        return eventually(lambda: self.engine.state(job) == state, timeout)

    def begins(self, job: UUID, name: str = "work") -> bool:
        """Wait until a step of the job runs."""
        return eventually(lambda: self.engine.states(job)[name] == "running")

    def logs(self) -> str:
        """All that the processes have said."""
        return "\n".join(log.read_text(errors="replace") for log in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        """End every process, alone-running children included."""
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


ENVIRONMENT = {
    "S3_ENDPOINT_URL": "http://127.0.0.1:9",
    "S3_BUCKET": "unused",
    "S3_ACCESS_KEY_ID": "made-up",
    "S3_SECRET_ACCESS_KEY": "made-up",
    "WORKER_SLOTS": "4",
}
QUEUES = both_queues("nlp")
