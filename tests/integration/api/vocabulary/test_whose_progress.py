"""Progress with everybody's word is each learner's own."""

from tests.integration.api.conftest import Api
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair, new_word, with_card


async def test_a_strangers_progress_with_a_word_is_not_mine(api: Api) -> None:
    connection, owner = api.engine.connection, api.key.owner_id
    stranger = new_person(connection, "tom").id
    word = new_word(connection, "Haus", "house")
    with_card(connection, stranger, new_pair(connection, stranger), "Haus")
    path = f"/api/vocabulary/progress/words/{word}"
    assert (await api.mine.get(path)).status_code == 404
    entry = in_bank(connection, owner, new_pair(connection, owner), "Haus")
    (shown,) = (await api.mine.get(path)).json()["entries"]
    assert (shown["entry_id"], shown["cards"]) == (str(entry), [])
