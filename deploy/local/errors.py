"""What can keep the embedded stack from doing what was asked. Standard library only."""


class LocalError(Exception):
    """The message is for people and says what to do; the command that met it ends with exit code 1."""
