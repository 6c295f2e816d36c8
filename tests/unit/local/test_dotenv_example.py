"""`.env.example` documents what is read, and nothing that is not."""

import re

from deploy.local.environment import DOTENV, read_dotenv
from deploy.local.state import CHECKOUT

EXAMPLE = CHECKOUT / ".env.example"


def test_the_example_names_every_variable_that_is_read() -> None:
    named = set(re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE.read_text(), re.MULTILINE))
    assert named == DOTENV - {"SANDBOX_FAULTS"}  # a tool of tests


def test_an_unchanged_copy_changes_nothing() -> None:
    assert read_dotenv(EXAMPLE) == {}
