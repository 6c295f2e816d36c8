"""The mutants keep up with the code: each guard still stands where `make mutants` takes it out."""

import pytest

from deploy.local.state import CHECKOUT
from tests.mutants.doors import DOORS
from tests.mutants.mutant import Mutant
from tests.mutants.programs import PROGRAMS
from tests.mutants.statements import STATEMENTS

ALL = (*STATEMENTS, *PROGRAMS, *DOORS)


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_the_guard_is_there_and_its_tests_too(mutant: Mutant) -> None:
    text = (CHECKOUT / mutant.file).read_text(encoding="utf-8")
    changed = mutant.applied(text)
    assert changed != text
    if mutant.file.endswith(".py"):
        compile(changed, mutant.file, "exec")
    assert mutant.tests
    assert all((CHECKOUT / test).exists() for test in mutant.tests)


def test_no_two_have_the_same_name() -> None:
    assert len({mutant.name for mutant in ALL}) == len(ALL)


@pytest.mark.parametrize("text", ["", "old old"])
def test_a_guard_that_moved_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="stands"):
        Mutant("x", "x.py", "old", "new", ()).applied(text)
