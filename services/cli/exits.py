"""How a command ends."""

OK = 0
FAILED = 1  # the server, the network or this machine
WRONG = 2  # the command line or the input; click's own number
INCOMPLETE = 3  # a job or batch did not fully succeed
DENIED = 4  # not signed in, or not allowed
NOT_FOUND = 5
INTERRUPTED = 130  # as a shell counts it: 128 + SIGINT

BY_STATUS = {401: DENIED, 403: DENIED, 404: NOT_FOUND, 410: NOT_FOUND, 408: FAILED, 429: FAILED}
"""Of HTTP. Other statuses from 400 are the input's fault, from 500 the server's."""

EXPLAINED = (
    "Exit codes: 0 done; 1 the server or the network failed; 2 wrong usage or input; 3 the job or batch did not fully "
    "succeed; 4 not signed in or not allowed; 5 not found; 130 interrupted."
)


class StopError(Exception):
    """The command ends here.

    Args:
        code: Its exit code.
        sentences: For the person in front of it, one a line.
    """

    def __init__(self, code: int, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.code = code
        self.sentences = sentences


def code_of(status: int) -> int:
    """The exit code after an answer with this HTTP status."""
    known = BY_STATUS.get(status)
    if known is not None:
        return known
    return WRONG if 400 <= status < 500 else FAILED  # noqa: PLR2004  HTTP's own bounds
