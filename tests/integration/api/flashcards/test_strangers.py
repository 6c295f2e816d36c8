"""Cards that somebody has set aside are taken up again by nobody else."""

from tests.support.learners import Learner


async def test_a_strangers_wish_leaves_a_card_set_aside(learner: Learner) -> None:
    card, connection = learner.card(), learner.api.engine.connection
    await learner.api.mine.post(f"/api/flashcards/{card}/suspend")
    assert (await learner.api.theirs.post(f"/api/flashcards/{card}/unsuspend")).status_code == 404
    assert connection.execute("SELECT suspended FROM cards").fetchall() == [{"suspended": "asked"}]
