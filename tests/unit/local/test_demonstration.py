"""What `make demo` refuses before anything is started, and whose keys it reads."""

from pathlib import Path

import pytest

from deploy.local.demonstration import provider_variables, run_demo
from deploy.local.options import DemoOptions

SHELL = {"ANTHROPIC_API_KEY": "from the shell", "DATABASE_URL": "postgresql://theirs"}


def options(*, real: bool) -> DemoOptions:
    return DemoOptions(real=real, output=Path("article.html"))


def test_no_key_is_read_unless_the_demo_was_asked_to_be_real(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DEEPL_API_KEY=from the file\n")
    assert provider_variables(options(real=False), tmp_path, SHELL) == {}


def test_a_real_demo_reads_the_file_and_then_the_shell(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DEEPL_API_KEY=from the file\nANTHROPIC_API_KEY=from the file\n")
    assert provider_variables(options(real=True), tmp_path, SHELL) == {
        "DEEPL_API_KEY": "from the file",
        "ANTHROPIC_API_KEY": "from the shell",
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"REAL": "1"}, "REAL=1 needs the key of a provider"),
        ({"REAL": "perhaps"}, "REAL is 1 or 0"),
        ({"MAX_COST": "much"}, "MAX_COST is an amount of US dollars"),
        ({"TEXT": "/no/such/file"}, "/no/such/file"),
    ],
)
def test_a_demo_that_cannot_be_done_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: dict[str, str], words: str
) -> None:
    environment = {f"PARLANCE_DEMO_{name}": value for name, value in given.items()}
    assert run_demo(tmp_path, environment) == 2
    assert words in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
