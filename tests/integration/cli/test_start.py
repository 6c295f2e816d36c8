"""What a start of the command line brings along: it is installed where no server is."""

import subprocess
import sys

from deploy.local.state import CHECKOUT

IMPORT_ALL = """
import sys
from importlib import import_module
from pathlib import Path
for path in sorted(Path("services/cli").rglob("*.py")):
    if path.stem not in {"__init__", "__main__"}:
        import_module(".".join(path.with_suffix("").parts))
print("\\n".join(sys.modules))
"""
IMPORT_ROOT = "import sys, services.cli.app; print('\\n'.join(sys.modules))"
SERVERS_OWN = {"psycopg", "asyncpg", "sqlalchemy", "celery", "redis", "litestar", "boto3", "spacy", "numpy"}


def modules(code: str) -> set[str]:
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)  # noqa: S603  our own code
    return set(ended.stdout.split())


def test_the_command_line_needs_nothing_of_a_server() -> None:
    loaded = modules(IMPORT_ALL)
    assert "services.cli.page.document" in loaded
    assert loaded & SERVERS_OWN == set()


def test_a_start_loads_what_help_and_completion_need_and_no_more() -> None:
    """Half a second is the limit: the client and the tables come with the command that uses them."""
    loaded = modules(IMPORT_ROOT)
    assert "services.cli.batch" in loaded
    assert loaded & {"httpx", "rich.console", "rich.progress", "services.cli.api", "services.cli.orders"} == set()


def test_completion_is_told_for_a_shell() -> None:
    command = [sys.executable, "-m", "services.cli", "--show-completion", "bash"]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)  # noqa: S603  our own code
    assert "_PARLANCE_COMPLETE" in ended.stdout
