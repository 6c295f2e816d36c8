"""One guard, and how to take it out."""

from pathlib import Path

import msgspec


class Mutant(msgspec.Struct, frozen=True):
    """A change to one file that must not go unnoticed."""

    name: str
    """What no longer holds."""
    file: str
    """Relative to the checkout."""
    old: str
    """Stands in the file exactly once."""
    new: str
    tests: tuple[str, ...]
    """Arguments for pytest: the fast tests of which one must fail."""

    def applied(self, text: str) -> str:
        """The file's text without the guard.

        Raises:
            ValueError: The guard is not there, or there more than once.
        """
        if text.count(self.old) != 1:
            message = f"{self.name}: {self.old!r} stands {text.count(self.old)} times in {self.file}"
            raise ValueError(message)
        return text.replace(self.old, self.new)

    def apply(self, checkout: Path) -> str:
        """Change the file below `checkout`; returns its text from before."""
        path = checkout / self.file
        text = path.read_text(encoding="utf-8")
        path.write_text(self.applied(text), encoding="utf-8")
        return text
