"""Passwords: Argon2id in threads of its own, a few at a time, so that logins eat neither the memory nor the threads."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.api.problems import unavailable

# RFC 9106, section 4, the second recommended option: for machines that cannot give 2 GiB to a hash. It is above the
# least that OWASP's Password Storage Cheat Sheet asks for (19 MiB, 2 passes, 1 lane).
PASSES = 3
MEMORY = 64 * 1024  # KiB
LANES = 4
AT_ONCE = 2  # hashes under way in a process: 128 MiB
MOST_WAITING = 32  # a hash takes about a tenth of a second, so whoever is let wait waits for about two
RETRY_AFTER = 2  # seconds

Result = TypeVar("Result")


def strong() -> PasswordHash:
    """Argon2id as it is used in earnest."""
    return PasswordHash((Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES),))


class Passwords:
    """Hashes and verifies.

    Args:
        hashing: What hashes; a hash with other parameters is verified and then replaced.
        at_once: Hashes under way at a time.
        most_waiting: Others that may wait for them.
    """

    def __init__(self, hashing: PasswordHash, *, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._hashing = hashing
        self._threads = CapacityLimiter(at_once)
        self._most_waiting = most_waiting
        self._nobodys = hashing.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """What is stored of a password.

        Raises:
            ApiError: 503, too many are being hashed already.
        """
        return await self._in_thread(lambda: self._hashing.hash(password))

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the password is the stored one, and what to store from now on if the parameters have changed.

        Without a stored hash it is as much work: an answer does not tell by its time whether an account exists.

        Raises:
            ApiError: 503, too many are being hashed already.
        """
        matches, newer = await self._in_thread(
            lambda: self._hashing.verify_and_update(password, self._nobodys if stored is None else stored)
        )
        return (matches, newer) if stored is not None else (False, None)

    def check_room(self) -> None:
        """Find out before anything is counted whether there is room for one more.

        Raises:
            ApiError: 503, too many are being hashed already.
        """
        if self._threads.statistics().tasks_waiting >= self._most_waiting:
            detail = "Too many people are signing in right now."
            raise unavailable(detail, RETRY_AFTER)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        self.check_room()
        return await to_thread.run_sync(work, limiter=self._threads)
