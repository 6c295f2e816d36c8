"""`python -m services.api.keys create --name NAME [--owner UUID]`: prints a new API key, once. Reads DATABASE_URL."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from uuid import UUID

import psycopg

from services.api.key_rows import create_key
from shared.db.session import connect
from shared.settings import SettingsError, database_url


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run the command; 0 if it went well, 1 if the database did not answer, 2 if it was called wrongly."""
    asked = _parser().parse_args(arguments)
    try:
        with connect(database_url(env), "keys") as connection:
            new = create_key(connection, asked.name, asked.owner)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except psycopg.OperationalError as error:
        sys.stderr.write(f"The database does not answer: {error}\n")
        return 1
    sys.stdout.write(f"{new.key}\n")
    sys.stderr.write(f"Key {asked.name!r} of owner {new.owner_id}. It cannot be shown again.\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.api.keys", description="API keys.")
    create = parser.add_subparsers(required=True).add_parser("create", help="make a key and print it, once")
    create.add_argument("--name", required=True, help="what the key is for")
    create.add_argument("--owner", type=UUID, help="whose data it opens; a new owner without it")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
