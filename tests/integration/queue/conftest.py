"""A performer over this test process's database."""

import pytest

from tests.support.jobs import Engine
from tests.support.performing import Stage


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """A stage over an empty database."""
    return Stage(engine)
