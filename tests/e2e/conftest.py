"""The running stack that end-to-end tests share."""

from collections.abc import Iterator

import pytest

from deploy.local.stack import RunningStack
from tests.support.stack import embedded_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The whole stack, started once a test process. Tests may kill its processes: they come back."""
    with embedded_stack(tmp_path_factory.mktemp("stack") / "logs") as running:
        yield running
