"""Becomes a child process that cannot outlive its supervisor. Run as a file, standard library only.

    python -I -S launch.py PARENT GUARD_FD SIGNAL UID:GID -- COMMAND...

`PARENT` is the process id of the supervisor, `GUARD_FD` the descriptor of the guard's pipe (-1: none), `SIGNAL` the
number of the signal sent by the kernel when the supervisor dies, `UID:GID` the user to run as (`-`: unchanged).

The order matters. First the guard learns of us, while our own end of its pipe still keeps it from seeing the end of
the file: it cannot miss us. Then the user is changed, which would clear the death signal. Then the signal is asked
for, and only after that is the parent looked at: had it died before, no signal would ever come.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _become(user: str) -> None:
    if user == "-":
        return
    uid, gid = (int(part) for part in user.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def _die_with(parent: int, number: int) -> None:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        sys.exit("The supervisor has ended.")


def main(arguments: list[str]) -> None:
    """Register, change user, ask for the death signal, become the command."""
    parent, guard, number, user, _, *command = arguments
    if int(guard) >= 0:
        os.write(int(guard), b"+%d %d\n" % (os.getpid(), int(number)))
        os.set_inheritable(int(guard), False)  # noqa: FBT003  the standard library's signature
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(each, signal.SIG_DFL)
    _become(user)
    _die_with(int(parent), int(number))
    try:
        os.execvp(command[0], command)  # noqa: S606  no shell is the point
    except OSError as error:
        sys.exit(f"{command[0]} cannot be started: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
