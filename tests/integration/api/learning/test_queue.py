"""What is asked today: within limits, in the learner's day, one card of a word, in the right order."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.learning.cards import make_cards
from tests.support.api import NOW
from tests.support.learners import Learner
from tests.support.studying import new_pair, reviewed, with_card

QUEUE = "/api/learning/queue"
SETTINGS = {
    "desired_retention": 0.9,
    "new_per_day": 20,
    "reviews_per_day": 200,
    "day_starts_at": 4,
    "time_zone": "UTC",
    "leech_lapses": 8,
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def study(learner: Learner, **changes: Any) -> None:
    answer = await learner.api.mine.put("/api/learning/settings", json={**SETTINGS, **changes})
    assert answer.status_code == 200, answer.text


async def asked(learner: Learner, path: str = QUEUE) -> list[tuple[str, str]]:
    """Kind and id of each."""
    return [(each["kind"], each["card"]["id"]) for each in (await learner.get(path))["cards"]]


async def test_learning_comes_first_then_what_is_most_likely_forgotten_then_new(learner: Learner) -> None:
    new = [learner.card(f"Neu{index}") for index in range(2)]
    firm = learner.card("Fest", due=NOW - DAY, stability=90.0)
    weak = learner.card("Schwach", due=NOW - HOUR, stability=2.0)
    learning = learner.card("Lernen", due=NOW - HOUR, state=1)
    relearning = learner.card("Wieder", due=NOW - 2 * HOUR, state=3)
    queue = await learner.get(QUEUE)
    assert [(each["kind"], UUID(each["card"]["id"])) for each in queue["cards"]] == [
        ("learning", relearning),
        ("learning", learning),
        ("review", weak),
        ("review", firm),
        ("new", new[0]),
        ("new", new[1]),
    ]
    assert queue["counts"] == {"learning": 2, "review": 2, "new": 2, "new_left": 20, "reviews_left": 200}
    assert (queue["day"], queue["pair_id"]) == ("2026-03-01", str(learner.pair))
    word = queue["cards"][2]["card"]["word"]
    assert (word["lemma"], word["translations"]) == ("Schwach", ["house"])


async def test_review_is_due_all_of_the_learners_day_and_learning_to_the_minute(learner: Learner) -> None:
    tonight = learner.card("Abend", due=NOW + 15 * HOUR)
    learner.card("Morgen", due=NOW + 16 * HOUR)
    learner.card("Gleich", due=NOW + timedelta(minutes=1), state=1)
    assert await asked(learner) == [("review", str(tonight))]
    await study(learner, time_zone="America/New_York")  # there the day goes on until nine in the morning, UTC
    assert len(await asked(learner)) == 2


async def test_limits_hold_for_the_day_and_count_what_was_answered(learner: Learner) -> None:
    await study(learner, new_per_day=2, reviews_per_day=2)
    for index in range(4):
        learner.card(f"Neu{index}")
        learner.card(f"Alt{index}", due=NOW - DAY)
    done, begun = learner.card("Getan", due=NOW + 9 * DAY), learner.card("Begonnen", due=NOW + 9 * DAY)
    assert [kind for kind, _ in await asked(learner)] == ["review", "review", "new", "new"]
    connection = learner.api.engine.connection
    reviewed(connection, learner.id, done, NOW - HOUR)
    reviewed(connection, learner.id, begun, NOW - HOUR, state_before=0)
    yesterday = learner.card("Gestern", due=NOW + 9 * DAY)
    reviewed(connection, learner.id, yesterday, NOW - 9 * HOUR, state_before=0)
    assert [kind for kind, _ in await asked(learner)] == ["review", "new"]
    counts = (await learner.get(QUEUE))["counts"]
    assert (counts["new_left"], counts["reviews_left"]) == (1, 1)


async def test_undone_and_imported_answers_do_not_count(learner: Learner) -> None:
    await study(learner, new_per_day=1)
    card = learner.card("Neu")
    for change in ("undone_at = reviewed_at", "source = 'import'"):
        review = reviewed(
            learner.api.engine.connection, learner.id, learner.card("Alt", due=NOW + DAY), NOW - HOUR, state_before=0
        )
        learner.api.engine.connection.execute(f"UPDATE reviews SET {change} WHERE id = $1", (review,))  # noqa: S608 - of two
        assert await asked(learner) == [("new", str(card))]
        learner.api.engine.connection.execute("DELETE FROM cards WHERE id <> $1", (card,))


async def test_siblings_are_buried(learner: Learner) -> None:
    card = learner.card("Haus", due=NOW - DAY)
    (other,) = make_cards(learner.api.engine.connection, learner.id, [_entry(learner, card)], ["production"])
    assert await asked(learner) == [("review", str(card))]  # the new one waits for a day without it
    await learner.answer(card)
    assert await asked(learner) == []
    yesterday = "UPDATE reviews SET reviewed_at = reviewed_at - interval '1 day'"
    learner.api.engine.connection.execute(yesterday)
    assert await asked(learner) == [("new", str(other))]


async def test_of_two_due_siblings_one_is_asked(learner: Learner) -> None:
    weak = learner.card("Haus", due=NOW - DAY, stability=1.0)
    firm = with_card(
        learner.api.engine.connection,
        learner.id,
        learner.pair,
        "Haus",
        due=NOW - DAY,
        stability=50.0,
        direction="production",
    )
    assert await asked(learner) == [("review", str(weak))]
    learner.api.engine.connection.execute("UPDATE cards SET suspended = 'asked' WHERE id = $1", (weak,))
    assert await asked(learner) == [("review", str(firm))]


async def test_due_sibling_of_a_card_that_was_answered_today_waits_for_tomorrow(learner: Learner) -> None:
    answered = learner.card("Haus", due=NOW - DAY)
    await learner.answer(answered)
    connection = learner.api.engine.connection
    other = with_card(connection, learner.id, learner.pair, "Haus", due=NOW - DAY, direction="production")
    assert await asked(learner) == []
    connection.execute("UPDATE reviews SET reviewed_at = reviewed_at - interval '1 day'")
    assert await asked(learner) == [("review", str(other))]


async def test_both_directions_of_new_words_fill_the_limit_with_words(learner: Learner) -> None:
    await study(learner, new_per_day=3)
    entries = [learner.entry(f"Wort{index}") for index in range(4)]
    make_cards(learner.api.engine.connection, learner.id, entries, ["recognition", "production"])
    queue = await learner.get(QUEUE)
    assert [each["card"]["entry_id"] for each in queue["cards"]] == [str(entry) for entry in entries[:3]]


def _entry(learner: Learner, card_id: UUID) -> UUID:
    row = learner.api.engine.connection.execute("SELECT entry_id FROM cards WHERE id = $1", (card_id,)).fetchone()
    assert row is not None
    found: UUID = row["entry_id"]
    return found


async def test_suspended_cards_and_other_pairs_are_not_asked(learner: Learner) -> None:
    learner.api.engine.connection.execute(
        "UPDATE cards SET suspended = 'leech' WHERE id = $1", (learner.card("Egel", due=NOW - DAY),)
    )
    other = new_pair(learner.api.engine.connection, learner.id, "fr", active=False)
    card = with_card(learner.api.engine.connection, learner.id, other, "maison")
    assert await asked(learner) == []
    assert await asked(learner, f"{QUEUE}?pair_id={other}") == [("new", str(card))]


async def test_pair_of_nobody_or_somebody_else_is_404(learner: Learner) -> None:
    for path in (QUEUE, "/api/learning/forecast", "/api/flashcards/due"):
        assert (await learner.api.mine.get(f"{path}?pair_id={uuid4()}")).status_code == 404
        assert (await learner.api.theirs.get(f"{path}?pair_id={learner.pair}")).status_code == 404
        assert (await learner.api.theirs.get(path)).status_code == 404  # none is active


async def test_limit_cuts_cards_and_not_counts(learner: Learner) -> None:
    for index in range(3):
        learner.card(f"Wort{index}")
    queue = await learner.get(f"{QUEUE}?limit=2")
    assert (len(queue["cards"]), queue["counts"]["new"]) == (2, 3)
    assert (await learner.api.mine.get(f"{QUEUE}?limit=0")).status_code == 400


async def test_nothing_is_asked_about_a_word_that_is_hidden(learner: Learner) -> None:
    due, new = learner.card("Fällig", due=NOW - DAY, stability=2.0), learner.card("Neu")
    for hidden, cards in ((True, []), (False, [due, new])):
        learner.api.engine.connection.execute(
            "UPDATE words SET hidden_at = CASE WHEN $1::boolean THEN clock_timestamp() END"
            " WHERE id IN (SELECT word_id FROM word_bank WHERE owner_id = $2)",
            (hidden, learner.id),
        )
        assert [UUID(card) for _, card in await asked(learner)] == cards


async def test_nothing_is_asked_about_a_sentence_that_is_hidden(learner: Learner) -> None:
    database = learner.api.engine.connection
    sentence, card = uuid4(), uuid4()
    database.execute(
        "INSERT INTO sentences (id, language, text, source, licence) VALUES ($1, 'de', 'Guten Tag!', 'custom', 'CC0')",
        (sentence,),
    )
    database.execute(
        "INSERT INTO cards (id, owner_id, pair_id, sentence_id, direction) VALUES ($1, $2, $3, $4, 'recognition')",
        (card, learner.id, learner.pair, sentence),
    )
    assert await asked(learner) == [("new", str(card))]
    database.execute("UPDATE sentences SET hidden_at = clock_timestamp() WHERE id = $1", (sentence,))
    assert await asked(learner) == []
