import asyncio
import threading

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.api.accounts.passwords import Passwords, strong
from services.api.problems import ApiError
from tests.support.api import QUICK
from tests.support.waiting import becomes


def test_strength_is_that_of_rfc_9106() -> None:
    assert strong().hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_right_password_and_no_other() -> None:
    passwords = Passwords(QUICK)
    stored = await passwords.hash("swordfish")
    assert "swordfish" not in stored
    assert stored != await passwords.hash("swordfish")
    assert await passwords.verify("swordfish", stored) == (True, None)
    for wrong in ("Swordfish", "swordfish ", "", "nobody has this password"):
        assert await passwords.verify(wrong, stored) == (False, None)


async def test_nobody_has_the_dummy_password() -> None:
    assert await Passwords(QUICK).verify("nobody has this password", None) == (False, None)


async def test_old_parameters_give_a_new_hash() -> None:
    newer = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1),))
    stored = await Passwords(QUICK).hash("swordfish")
    matches, fresh = await Passwords(newer).verify("swordfish", stored)
    assert matches
    assert fresh is not None
    assert await Passwords(newer).verify("swordfish", fresh) == (True, None)
    assert await Passwords(newer).verify("wrong", stored) == (False, None)


class SlowHasher(Argon2Hasher):
    """Hashes when it is told to, and counts how many wait for that."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.may = threading.Event()
        self.may.set()
        self.under_way = 0
        self.most = 0
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        self.may.wait(20)
        with self._lock:
            self.under_way -= 1
        return super().hash(password, salt=salt)


async def test_few_hash_some_wait_and_the_others_are_sent_away() -> None:
    hasher = SlowHasher()
    passwords = Passwords(PasswordHash((hasher,)), at_once=2, most_waiting=3)
    hasher.may.clear()
    asked = [asyncio.create_task(passwords.hash("x")) for _ in range(5)]
    await becomes(lambda: hasher.under_way == 2 and passwords._threads.statistics().tasks_waiting == 3)
    with pytest.raises(ApiError) as caught:
        await passwords.hash("x")
    assert (caught.value.status, caught.value.code, caught.value.headers) == (503, "unavailable", {"Retry-After": "2"})
    hasher.may.set()
    assert len(set(await asyncio.gather(*asked))) == 5
    assert hasher.most == 2
    assert await passwords.hash("x")
