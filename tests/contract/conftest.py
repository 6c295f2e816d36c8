"""The sandbox for every contract suite: ask for the fixture `sandbox` (or `small_sandbox`, whose texts are fixed)."""

from tests.support.sandbox import (
    sandbox_fixture,
    sandbox_server_fixture,
    small_sandbox_fixture,
    small_sandbox_server_fixture,
)

__all__ = ["sandbox_fixture", "sandbox_server_fixture", "small_sandbox_fixture", "small_sandbox_server_fixture"]
