"""Which user of the machine the embedded Postgres runs as: it refuses root."""

import os
import pwd

import msgspec


class SystemUser(msgspec.Struct, frozen=True):
    """A user of the machine, by number."""

    uid: int
    gid: int


def postgres_user() -> SystemUser | None:
    """The user to change to before starting Postgres: `nobody` for root, None (stay who we are) for others."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return SystemUser(nobody.pw_uid, nobody.pw_gid)
