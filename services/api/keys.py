"""`python -m services.api.keys create --name NAME [--owner UUID] [--admin]`, `... revoke ID|PREFIX`.

`create` prints a new API key, once. Both read DATABASE_URL.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from uuid import UUID

import psycopg

from services.api.accounts.operators import create_key, revoke_keys
from shared.db.session import Connection, connect
from shared.settings import SettingsError, database_url


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run the command; 0 if it went well, 1 if the database is away or the key unknown, 2 if called wrongly."""
    asked = _parser().parse_args(arguments)
    try:
        with connect(database_url(env), "keys") as connection:
            code: int = asked.command(connection, asked)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except psycopg.OperationalError as error:
        sys.stderr.write(f"The database does not answer: {error}\n")
        return 1
    return code


def _create(connection: Connection, asked: argparse.Namespace) -> int:
    new = create_key(connection, asked.name, asked.owner, admin=asked.admin)
    sys.stdout.write(f"{new.key}\n")
    sys.stderr.write(f"Key {asked.name!r} of owner {new.owner_id}. It cannot be shown again.\n")
    return 0


def _revoke(connection: Connection, asked: argparse.Namespace) -> int:
    revoked = revoke_keys(connection, asked.key)
    for key in revoked:
        sys.stderr.write(f"Key {key.name!r} ({key.prefix}..., {key.id}) is revoked.\n")
    if not revoked:
        sys.stderr.write("There is no such key, or it was revoked before.\n")
    return 0 if revoked else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.api.keys", description="API keys.")
    commands = parser.add_subparsers(required=True)
    create = commands.add_parser("create", help="make a key and print it, once")
    create.add_argument("--name", required=True, help="what the key is for")
    create.add_argument("--owner", type=UUID, help="whose data it opens; a new owner without it")
    create.add_argument("--admin", action="store_true", help="make the owner an admin, and the key good for all of it")
    create.set_defaults(command=_create)
    revoke = commands.add_parser("revoke", help="end a key")
    revoke.add_argument("key", help="its id, or its prefix as lists show it; never the key itself")
    revoke.set_defaults(command=_revoke)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
