"""`python -m services.api.catalogue` loads the starter content: packs, words and sentences. Reads DATABASE_URL."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

import psycopg

from services.api.catalogue.loading import load_catalogue
from services.api.catalogue.model import CatalogueError
from shared.db.session import connect
from shared.jobs.wording import counted
from shared.settings import SettingsError, database_url

DESCRIPTION = "Loads the starter content: packs, words and sentences. What is there already is completed, not doubled."


def main(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Load it; 0 if it went well, 1 if the database is away or not migrated, 2 if a setting or a file is wrong."""
    argparse.ArgumentParser(prog="python -m services.api.catalogue", description=DESCRIPTION).parse_args(arguments)
    try:
        with connect(database_url(env), "catalogue") as connection:
            loaded = load_catalogue(connection)
    except (SettingsError, CatalogueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except psycopg.errors.UndefinedTable:
        sys.stderr.write("The database is not up to date: `python -m migrations.run upgrade` comes first.\n")
        return 1
    except psycopg.OperationalError as error:
        sys.stderr.write(f"The database does not answer: {error}\n")
        return 1
    sys.stdout.write(
        f"{counted(loaded.files, 'file')}, {loaded.unchanged} of them unchanged:"
        f" {counted(loaded.words, 'word')} and {counted(loaded.sentences, 'sentence')} loaded.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
