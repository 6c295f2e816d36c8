"""Pairs and settings of somebody else change nobody's screens."""

from tests.integration.api.conftest import Api
from tests.integration.api.screens.test_learner_screens import SETTINGS, screen
from tests.support.people import new_person
from tests.support.studying import new_pair


async def test_a_strangers_pair_and_settings_are_not_mine(api: Api) -> None:
    connection = api.engine.connection
    stranger = new_person(connection, "tom").id
    new_pair(connection, stranger)
    connection.execute(SETTINGS, (stranger, 1, "Pacific/Auckland"))
    assert (await screen(api, "/bff/home"))["pair"] is None
    mine = new_pair(connection, api.key.owner_id, "fr")
    home = await screen(api, "/bff/home")
    assert (home["pair"]["id"], home["today"]["new_left"]) == (str(mine), 20)
    assert home["today"]["ends_at"] == "2026-03-02T04:00:00Z"
