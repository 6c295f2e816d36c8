"""`python -m services.api.accounts set EMAIL [--role R] [--plan P] [--disable|--enable]`. Reads DATABASE_URL."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import get_args

import psycopg

from services.api.accounts.operators import change_account
from services.api.accounts.registrations import address_of
from services.api.auth import Role
from services.api.problems import ApiError
from shared.db.session import connect
from shared.settings import SettingsError, database_url


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run the command; 0 if it went well, 1 if it could not be done, 2 if it was called wrongly."""
    asked = _parser().parse_args(arguments)
    try:
        key = address_of(asked.email).key
        with connect(database_url(env), "accounts") as connection:
            account = change_account(connection, key, role=asked.role, plan=asked.plan, disabled=asked.disabled)
    except (SettingsError, ApiError) as error:
        return _said(error.detail if isinstance(error, ApiError) else str(error), 2)
    except psycopg.errors.ForeignKeyViolation:
        return _said(f"There is no plan {asked.plan!r}.", 2)
    except psycopg.OperationalError as error:
        return _said(f"The database does not answer: {error}", 1)
    if account is None:
        return _said("There is no account with this address.", 1)
    state = "disabled" if account.disabled else "enabled"
    return _said(f"{account.email} ({account.id}): role {account.role}, plan {account.plan}, {state}.", 0)


def _said(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.api.accounts", description="Accounts.")
    change = parser.add_subparsers(required=True).add_parser("set", help="change an account; it counts within seconds")
    change.add_argument("email", help="the address it signs in with")
    change.add_argument("--role", choices=get_args(Role))
    change.add_argument("--plan", help="a name in the table plans")
    able = change.add_mutually_exclusive_group()
    able.add_argument("--disable", dest="disabled", action="store_const", const=True, help="lock it out")
    able.add_argument("--enable", dest="disabled", action="store_const", const=False, help="let it in again")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
