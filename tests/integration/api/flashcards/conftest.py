"""A learner with a pair and words, over the running API."""

import pytest

from tests.integration.api.conftest import Api
from tests.support.learners import Learner
from tests.support.studying import new_pair


@pytest.fixture
def learner(api: Api) -> Learner:
    """The caller, who learns German."""
    return Learner(api, new_pair(api.engine.connection, api.key.owner_id))
