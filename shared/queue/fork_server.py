"""Processes of a worker's program that need not import it again: forks of a server that has.

The server is `python -m shared.queue.fork_server PROGRAM DESCRIPTOR`. It has imported what PROGRAM imports and
connected nothing, and has one thread, so a fork of it is as good as `python -m PROGRAM` and saves the imports: 0.4 to
1.7 s of processor time. It takes orders over the socket DESCRIPTOR and ends when the other end does, also when the
worker is killed; its forks end with it (`shared.parent`).
"""

import gc
import os
import runpy
import signal
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle

import structlog

from shared.queue.verdict import Exited, tell

TICK = 0.02  # seconds between two looks at which forks have ended
DEAD = (EOFError, ConnectionError)
"""What the socket says when the process at its other end is no more."""
log = structlog.get_logger(__name__)


class ForkServer:
    """A worker's end: the server is started by the first order, and again by one that finds it dead.

    Args:
        program: The module that each fork runs.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: Connection | None = None

    def fork(self, ids: list[str], telling: int) -> int:
        """The id of a new process `PROGRAM alone PARENT *ids telling`. Not for two threads at once.

        Raises:
            OSError, EOFError: There is none.
        """
        try:
            return self._order(ids, telling)
        except DEAD as error:
            log.warning("fork server died", error=repr(error))
            return self._order(ids, telling)

    def _order(self, ids: list[str], telling: int) -> int:
        socket = self._socket or self._start()
        try:
            socket.send(ids)
            send_handle(socket, telling, None)
            pid: int = socket.recv()
        except DEAD:
            self._bury(socket)
            raise
        if pid < 0:
            message = "the fork server cannot fork"
            raise OSError(message)
        return pid

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-m", "shared.queue.fork_server", self._program, str(theirs.fileno())]
            # Nobody writes to its input. Its end is how forks hear of the worker's where no signal tells them.
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.PIPE, pass_fds=(theirs.fileno(),)
            )
        self._socket = ours
        return ours

    def _bury(self, socket: Connection) -> None:
        socket.close()
        self._socket = None
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def serve(worker: Connection) -> list[str]:
    """Fork for each order; returns in the forks, with their arguments. This process ends with the worker."""
    for number in (signal.SIGINT, signal.SIGTERM):  # if the whole group gets them, they are the worker's to answer
        signal.signal(number, signal.SIG_IGN)
    forks: dict[int, int] = {}  # process id to the pipe through which is told of it
    server = str(os.getpid())
    while True:
        try:
            order = _next_order(worker, TICK if forks else None)
        except (EOFError, OSError):
            os._exit(0)
        _bury(forks)
        if order is not None:
            ids, telling = order
            pid = _fork()
            if pid == 0:
                _let_go(worker, forks)
                return ["alone", server, *ids, str(telling)]
            if pid > 0:
                forks[pid] = telling
            else:
                os.close(telling)
            worker.send(pid)


def _next_order(worker: Connection, patience: float | None) -> tuple[list[str], int] | None:
    """What to perform, and the pipe for telling of it; null if nothing comes within `patience` seconds."""
    if not worker.poll(patience):
        return None
    return worker.recv(), recv_handle(worker)


def _fork() -> int:
    """As `os.fork`; -1 if the machine has no room for another process."""
    try:
        return os.fork()
    except OSError:
        log.exception("cannot fork")
        return -1


def _bury(forks: dict[int, int]) -> None:
    """Tell how those forks ended that have ended."""
    for pid, telling in list(forks.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            tell(telling, Exited(os.waitstatus_to_exitcode(status)))
            os.close(forks.pop(pid))


def _let_go(worker: Connection, forks: dict[int, int]) -> None:
    """In a fork: give up what is the server's. Who holds a pipe open keeps its listener from hearing the end."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    worker.close()
    for telling in forks.values():
        os.close(telling)


def main(program: str, descriptor: int) -> None:
    """Import, serve, and in each fork become the program."""
    os.putenv("OMP_NUM_THREADS", "1")  # OpenBLAS starts threads when NumPy is imported, and no fork would have them
    runpy.run_module(program)
    gc.freeze()  # no fork's collector writes into what is imported, so it stays shared
    arguments = serve(Connection(descriptor))
    if sys.platform != "linux":  # macOS: its system libraries do not survive a fork, so a new interpreter after all
        os.set_inheritable(int(arguments[-1]), True)  # noqa: FBT003 - it takes no names
        os.execv(sys.executable, [sys.executable, "-m", program, *arguments])  # noqa: S606 - our own program
    sys.argv[1:] = arguments
    try:
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        sys.stderr.flush()
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else 0)  # taking down what is shared would copy it first


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
