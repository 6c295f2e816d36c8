"""A translation that is hidden is shown on no card."""

from shared.jobs.ids import uuid7
from tests.integration.api.conftest import Api
from tests.integration.api.screens.test_learner_screens import CARD, new_sentence, screen
from tests.support.studying import new_pair


async def test_a_hidden_translation_is_on_no_card(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    said = new_sentence(api, "Guten Tag!", language="de")
    shown, hidden = (new_sentence(api, text, language="en") for text in ("Good day!", "Bad day!"))
    for translation in (shown, hidden):
        connection.execute("INSERT INTO sentence_translations VALUES ($1, $2)", (said, translation))
    connection.execute("UPDATE sentences SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    connection.execute(CARD, (uuid7(), owner, new_pair(connection, owner), said))
    (card,) = (await screen(api, "/bff/review"))["cards"]
    assert card["translations"] == ["Good day!"]
