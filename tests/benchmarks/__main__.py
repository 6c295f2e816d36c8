"""Run every benchmark of this folder, or those named: `python -m tests.benchmarks [engine_submit ...]`."""

import subprocess
import sys
from pathlib import Path

from deploy.local.state import CHECKOUT


def main(names: list[str]) -> int:
    """Run them one after the other; the first failure's exit code, or 0."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if "\ndef main(" in path.read_text())
    chosen = [name for name in found if name in names] if names else [name for name in found if name != "__main__"]
    for name in chosen:
        print(f"# {name}", flush=True)  # noqa: T201 - a benchmark prints
        command = [sys.executable, "-m", f"tests.benchmarks.{name}"]
        code = subprocess.run(command, cwd=CHECKOUT, check=False).returncode  # noqa: S603 - our own modules
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
