"""Drafts a migration from the difference between the tables in the code and the schema: `make migration NAME="..."`.

The schema is made by the migrations so far, on an embedded Postgres of its own.
"""

import os
import sys

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from deploy.local import state
from deploy.local.disposable import running_postgres
from deploy.local.errors import LocalError
from migrations.run import INI, upgrade

NAME = "PARLANCE_MIGRATION"


def draft(name: str) -> None:
    """Write the file; a person reads and completes it."""
    log = state.local_folder() / "logs" / "migration.log"
    with running_postgres(state.CHECKOUT, os.environ, log) as server:
        upgrade(server.url)
        engine = create_engine(server.url.replace("postgresql://", "postgresql+psycopg://", 1))
        try:
            with engine.connect() as connection:
                config = Config(INI)
                config.attributes["connection"] = connection
                command.revision(config, message=name, autogenerate=True, rev_id=next_revision(config))
        finally:
            engine.dispose()


def next_revision(config: Config) -> str:
    """The number after the newest: `0002`."""
    numbers = [int(script.revision) for script in ScriptDirectory.from_config(config).walk_revisions()]
    return f"{max(numbers, default=0) + 1:04d}"


def main() -> int:
    """Draft a migration named by the environment."""
    name = os.environ.get(NAME, "").strip()
    if not name:
        sys.stderr.write('What does it do? make migration NAME="add a column for ..."\n')
        return 2
    try:
        draft(name)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
