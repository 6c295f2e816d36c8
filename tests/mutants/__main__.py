"""Break a copy of the checkout in one place after the other and see that its tests notice.

`python -m tests.mutants` tries all, `python -m tests.mutants WORD ...` those with a word in their name. Ends with 1 if
one survives, or if the unchanged copy does not pass.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.local.state import CHECKOUT
from tests.mutants.bank import BANK
from tests.mutants.contributions import CONTRIBUTIONS
from tests.mutants.days import DAYS
from tests.mutants.doors import DOORS
from tests.mutants.learners import LEARNERS
from tests.mutants.learning import LEARNING
from tests.mutants.lexicon import LEXICON
from tests.mutants.mutant import Mutant
from tests.mutants.programs import PROGRAMS
from tests.mutants.screens import SCREENS
from tests.mutants.statements import STATEMENTS
from tests.mutants.transfers import TRANSFERS

ENGINE = (*STATEMENTS, *PROGRAMS)
KEPT = (*LEARNING, *BANK, *LEARNERS, *LEXICON, *CONTRIBUTIONS, *TRANSFERS, *SCREENS, *DAYS)  # what learners keep
MUTANTS = (*ENGINE, *DOORS, *KEPT)
COPIED = ("deploy", "migrations", "services", "shared", "tests", "pyproject.toml")
OPTIONS = ("-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider")
PATIENCE = 180.0  # seconds for the tests of one mutant; a guard without which they hang is noticed too
ALL_PATIENCE = 1200.0  # seconds for all of them, of the unchanged copy
GOODBYE = 20.0  # seconds that interrupted tests have for cleaning up
PASSED, FAILED = 0, 1  # pytest's exit codes


@contextmanager
def copied_checkout() -> Iterator[Path]:
    """A copy of the sources in a folder of its own, deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="parlance-mutants-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the account that runs Postgres must reach what is below
        copy = folder / "checkout"
        copy.mkdir()
        for source in (CHECKOUT / name for name in COPIED):
            if source.is_dir():
                shutil.copytree(source, copy / source.name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy)
        yield copy


def run_tests(checkout: Path, tests: Iterable[str], patience: float = PATIENCE) -> tuple[int, str]:
    """Run tests of the copy; pytest's exit code and what it said. A run that hangs counts as failed."""
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",  # a mutant of the same size and second must not meet old byte code
        "PARLANCE_STATE": str(checkout.parent / "state"),
    }
    command = [sys.executable, "-m", "pytest", *OPTIONS, *tests]
    run = subprocess.Popen(  # noqa: S603 - our own tests
        command, cwd=checkout, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        output, _ = run.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        return FAILED, "hung"
    finally:
        _end(run)
    return run.returncode, output


def _end(run: "subprocess.Popen[str]") -> None:
    """Interrupt tests that still run, so that they end the processes they started; kill them if they do not."""
    if run.poll() is None:
        run.send_signal(signal.SIGINT)
        try:
            run.communicate(timeout=GOODBYE)
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()


def noticed(checkout: Path, mutant: Mutant) -> bool:
    """Try one mutant and put the file back; prints how it went."""
    began = time.monotonic()
    before = mutant.apply(checkout)
    try:
        code, output = run_tests(checkout, mutant.tests)
    finally:
        (checkout / mutant.file).write_text(before, encoding="utf-8")
    verdict = {PASSED: "SURVIVED", FAILED: "noticed"}.get(code, f"BROKEN (pytest {code})\n{output[-1500:]}")
    failed = next((line for line in output.splitlines() if line.startswith("FAILED")), "")[:110]
    print(f"{verdict:9} {time.monotonic() - began:5.1f} s  {mutant.file}: {mutant.name}  {failed}", flush=True)  # noqa: T201
    return code == FAILED


def main(words: list[str]) -> int:
    """Try the mutants; 0 if all are noticed."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    if not chosen:
        print("No mutant has such a word in its name.")  # noqa: T201
        return 1
    with copied_checkout() as checkout:
        every = sorted({test for mutant in chosen for test in mutant.tests})
        code, output = run_tests(checkout, every, ALL_PATIENCE)
        if code != PASSED:
            print(f"The unchanged copy does not pass:\n{output[-4000:]}")  # noqa: T201
            return 1
        survivors = [mutant for mutant in chosen if not noticed(checkout, mutant)]
    show(chosen, survivors)
    return 1 if survivors else 0


def show(chosen: list[Mutant], survivors: list[Mutant]) -> None:
    """Print a table of rooms, and what was not noticed."""
    tried, missed = (Counter(str(Path(mutant.file).parent) for mutant in some) for some in (chosen, survivors))
    table = Table("room", "guards taken out", "noticed", title="Mutants")
    for room, count in sorted(tried.items()):
        table.add_row(room, str(count), str(count - missed[room]))
    table.add_section()
    table.add_row("all", str(len(chosen)), str(len(chosen) - len(survivors)))
    console = Console(width=100)
    console.print(table)
    for mutant in survivors:
        console.print(f"not noticed: {mutant.file}: {mutant.name}", highlight=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
