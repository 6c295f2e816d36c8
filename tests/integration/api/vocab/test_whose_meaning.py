"""Nobody chooses, or is offered, a meaning that is somebody else's own or hidden."""

from tests.integration.api.vocab.conftest import Learner, bench_and_bank, word
from tests.support.people import new_person


async def test_a_strangers_own_word_and_a_hidden_one_are_no_meanings(learner: Learner) -> None:
    meanings, engine = bench_and_bank(learner.engine), learner.engine
    theirs = word(engine, "Bank", owner_id=new_person(engine.connection, "tom").id, sense="theirs")
    hidden = word(engine, "Bank", sense="hidden")
    engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    entry = await learner.add("Bank")
    assert (entry["status"], {each["id"] for each in entry["candidates"]}) == ("pending_sense", set(meanings))
    for meaning, status in ((theirs, 400), (hidden, 400), (meanings[0], 200)):
        assert (await learner.change(entry["id"], word_id=meaning)).status_code == status
