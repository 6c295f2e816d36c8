"""`make mutants` takes an hour; that what it takes out still stands where it says is seen at once."""

import pytest

from deploy.local.state import CHECKOUT
from tests.mutants.__main__ import MUTANTS
from tests.mutants.mutant import Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.name}")
def test_a_mutant_changes_its_file(mutant: Mutant) -> None:
    text = (CHECKOUT / mutant.file).read_text(encoding="utf-8")
    assert mutant.applied(text) != text
    for test in mutant.tests:
        assert (CHECKOUT / test.partition("::")[0]).exists()
