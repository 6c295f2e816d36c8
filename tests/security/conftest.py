"""What belongs to somebody, and the API over it."""

from tests.integration.api.conftest import api
from tests.integration.conftest import engine

__all__ = ["api", "engine"]
