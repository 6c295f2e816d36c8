"""One lemma is one entry with one schedule, however it is spelt, wherever it comes from, and whoever had it first."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.learning.packs import take_over
from tests.integration.api.vocab.conftest import Learner, bench_and_bank, word
from tests.support.studying import new_pack

ENTRIES = "/api/vocab/entries"


async def shown(learner: Learner, entry_id: str) -> dict[str, Any]:
    answer = await learner.http.get(f"{ENTRIES}/{entry_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def take_pack(learner: Learner, *words: str) -> tuple[int, int]:
    """How many words of a pack were new, and how many were there."""
    pack = new_pack(learner.engine.connection, [UUID(each) for each in words])
    with learner.engine.connection.transaction():
        taken = take_over(learner.engine.connection, learner.id, UUID(learner.pair_id), UUID(pack), ["recognition"])
    return taken.added, taken.skipped


@pytest.mark.parametrize("first", ["das Haus", "Haus", "ein Haus", "Das  haus"])
async def test_a_lemma_with_its_article_is_the_lexicons(learner: Learner, first: str) -> None:
    house = word(learner.engine, "Haus", article="das")
    entry = await learner.add(first)
    assert (entry["lemma"], entry["word"]["id"]) == ("Haus", house)
    assert (await learner.add("das Haus"))["id"] == entry["id"]


@pytest.mark.parametrize("spellings", [("der Adler", "Adler", "adler "), ("adler", "ein Adler", "DER  ADLER")])
async def test_the_spellings_of_an_own_word_are_one_entry(learner: Learner, spellings: tuple[str, ...]) -> None:
    entries = [await learner.add(each) for each in spellings]
    assert len({entry["id"] for entry in entries}) == 1
    assert (learner.count("words"), entries[-1]["lemma"].casefold()) == (1, "adler")
    assert entries[-1]["word"]["article"] in {"der", "ein"}


async def test_another_article_is_another_word(learner: Learner) -> None:
    lake, sea = await learner.add("der See", translation="lake"), await learner.add("die See", translation="sea")
    assert (lake["id"] != sea["id"], lake["lemma"], sea["lemma"]) == (True, "See", "See")
    assert [(await learner.add(text))["id"] for text in ("der See", "die See")] == [lake["id"], sea["id"]]
    assert [(await learner.add(text))["word"]["translations"] for text in ("der See", "die See")] == [["lake"], ["sea"]]


async def test_an_own_word_met_with_its_part_of_speech_is_the_same(learner: Learner) -> None:
    entry = await learner.add("Adler")
    assert (await learner.add("Adler", pos="NOUN"))["id"] == entry["id"]


async def test_noun_and_verb_stay_two_and_what_is_typed_tells_which(learner: Learner) -> None:
    noun, verb = word(learner.engine, "Essen"), word(learner.engine, "essen", "VERB")
    assert [(await learner.add(text))["word"]["id"] for text in ("Essen", "essen", "das Essen")] == [noun, verb, noun]
    assert learner.count("word_bank") == 2


@pytest.mark.parametrize("said", [None, "english Adler", "English adler, raptor"])
async def test_an_entry_with_an_own_word_takes_the_lexicons_and_keeps_all_it_has(
    learner: Learner, said: str | None
) -> None:
    own = await learner.add("der Adler", note="seen in the Alps", **({"translation": said} if said else {}))
    card = learner.card(own["id"])
    learner.engine.connection.execute("UPDATE cards SET reviews = 7 WHERE id = $1", (card,))
    lexicons = word(learner.engine, "Adler", article="der")
    assert take_pack(learner, lexicons) == (0, 1)
    entry = await shown(learner, own["id"])
    assert (entry["word"]["id"], entry["pos"], [each["id"] for each in entry["cards"]]) == (
        lexicons,
        "NOUN",
        [str(card)],
    )
    kept = "seen in the Alps" + ("\nEnglish adler, raptor" if said and "raptor" in said else "")
    assert (entry["note"], learner.count("word_bank"), learner.count("words")) == (kept, 1, 0)
    row = learner.engine.connection.execute("SELECT reviews FROM cards WHERE id = $1", (card,)).fetchone()
    assert row == {"reviews": 7}


async def test_adding_the_lemma_again_brings_the_lexicons_word_too(learner: Learner) -> None:
    own = await learner.add("Adler", pos="NOUN")
    lexicons = word(learner.engine, "Adler", article="der")
    again = await learner.add("Adler")
    assert (again["id"], again["word"]["id"], learner.count("words")) == (own["id"], lexicons, 0)


async def test_lists_go_along(learner: Learner) -> None:
    own = await learner.add("Adler")
    listed = uuid4()
    learner.engine.connection.execute(
        "INSERT INTO word_lists (id, owner_id, name, language) VALUES ($1, $2, 'birds', 'de')", (listed, learner.id)
    )
    learner.engine.connection.execute(
        "INSERT INTO word_list_words (list_id, word_id) VALUES ($1, $2)", (listed, own["word"]["id"])
    )
    lexicons = word(learner.engine, "Adler")
    await learner.add("Adler", word_id=lexicons)
    rows = learner.engine.connection.execute("SELECT word_id FROM word_list_words").fetchall()
    assert ([str(row["word_id"]) for row in rows], learner.count("words")) == ([lexicons], 0)


@pytest.mark.parametrize(
    ("lemma", "order"),
    [
        ("Schloss", {"translation": "lock"}),  # the lexicon says castle: another meaning, as far as anybody can tell
        ("Schloss", {"pos": "VERB"}),
        ("die Schloss", {}),
    ],
)
async def test_what_may_be_another_meaning_stays_apart(learner: Learner, lemma: str, order: dict[str, str]) -> None:
    own = await learner.add(lemma, **order)
    castle = word(learner.engine, "Schloss", article="das", translations={"en": ["castle"]})
    assert take_pack(learner, castle) == (1, 0)
    assert (await shown(learner, own["id"]))["word"] == own["word"]
    assert learner.count("word_bank") == 2


@pytest.mark.parametrize("order", [{}, {"translation": "english Bank"}])
async def test_of_several_meanings_none_is_guessed_for_an_own_word(learner: Learner, order: dict[str, str]) -> None:
    own = await learner.add("Bank", **order)
    meanings = bench_and_bank(learner.engine)
    assert take_pack(learner, meanings[0]) == (1, 0)
    entry = await shown(learner, own["id"])
    assert (entry["word"], {each["id"] for each in entry["candidates"]}) == (own["word"], set(meanings))


async def test_a_translation_tells_which_of_several_meanings_it_is(learner: Learner) -> None:
    own = await learner.add("Bank", translation="bench")
    bench, money = (
        word(learner.engine, "Bank", sense=sense, translations={"en": [sense]}) for sense in ("bench", "money")
    )
    assert take_pack(learner, money, bench) == (1, 1)
    assert (await shown(learner, own["id"]))["word"]["id"] == bench


async def test_a_translation_is_not_given_up_for_none(learner: Learner) -> None:
    own = await learner.add("Adler", translation="eagle")
    french = word(learner.engine, "Adler", translations={"fr": ["aigle"]})
    assert take_pack(learner, french) == (1, 0)
    assert (await shown(learner, own["id"]))["word"]["translations"] == ["eagle"]


async def test_a_word_that_was_worked_out_is_not_given_up_unasked(learner: Learner) -> None:
    order = {"language": "de", "lemma": "der Adler", "plural": "Adler", "translations": {"en": ["english Adler"]}}
    made = (await learner.http.post("/api/vocabulary/words", json=order)).json()
    assert (made["lemma"], made["article"]) == ("Adler", "der")
    own = await learner.add("Adler")
    assert own["word"]["id"] == made["id"]
    lexicons = word(learner.engine, "Adler")
    assert take_pack(learner, lexicons) == (1, 0)
    assert (await shown(learner, own["id"]))["word"]["id"] == made["id"]


async def test_the_lexicons_word_can_be_chosen_for_an_entry_with_an_own_one(learner: Learner) -> None:
    own = await learner.add("Schloss", translation="lock", note="mine")
    assert own["candidates"] == []
    castle = word(learner.engine, "Schloss", translations={"en": ["castle"]})
    other = word(learner.engine, "Hund")
    assert [each["id"] for each in (await shown(learner, own["id"]))["candidates"]] == [castle]
    refused = await learner.change(own["id"], word_id=other)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "word_id")
    await learner.change(own["id"], status="known")
    chosen = (await learner.change(own["id"], word_id=castle)).json()
    assert (chosen["word"]["id"], chosen["status"], chosen["note"]) == (castle, "known", "mine\nlock")
    assert (chosen["candidates"], learner.count("words")) == ([], 0)


async def test_a_word_of_the_kindred_part_of_speech_can_be_chosen(learner: Learner) -> None:
    own = await learner.add("schnell", pos="ADJ", translation="quick")
    fast = word(learner.engine, "schnell", "ADV", translations={"en": ["fast"]})
    word(learner.engine, "schnell", "VERB")
    assert [each["id"] for each in (await shown(learner, own["id"]))["candidates"]] == [fast]
    chosen = (await learner.change(own["id"], word_id=fast)).json()
    assert (chosen["word"]["id"], chosen["pos"], chosen["note"]) == (fast, "ADV", "quick")


async def test_a_word_of_the_same_part_of_speech_leaves_none_of_the_kindred_one_to_choose(learner: Learner) -> None:
    own = await learner.add("schnell", pos="ADJ", translation="quick")
    rapid, fast = (word(learner.engine, "schnell", pos, translations={"en": ["fast"]}) for pos in ("ADJ", "ADV"))
    assert [each["id"] for each in (await shown(learner, own["id"]))["candidates"]] == [rapid]
    for meaning, status in ((fast, 400), (rapid, 200)):
        assert (await learner.change(own["id"], word_id=meaning)).status_code == status


async def test_one_own_word_is_not_chosen_for_another(learner: Learner) -> None:
    lake, sea = await learner.add("der See"), await learner.add("die See")
    assert (await learner.http.delete(f"{ENTRIES}/{sea['id']}")).status_code == 204
    order = {"language": "de", "lemma": "See", "sense": "die", "article": "die"}
    made = (await learner.http.post("/api/vocabulary/words", json=order)).json()
    refused = await learner.change(lake["id"], word_id=made["id"])
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "word_id")


async def test_what_the_bank_has_already_is_not_chosen_for_another_entry(learner: Learner) -> None:
    own = await learner.add("Schloss", translation="lock")
    castle = word(learner.engine, "Schloss", translations={"en": ["castle"]})
    await learner.add("Schloss", word_id=castle)
    refused = await learner.change(own["id"], word_id=castle)
    assert (refused.status_code, refused.json()["code"]) == (409, "word_in_bank")
    assert (await shown(learner, own["id"]))["word"] == own["word"]


async def test_a_chosen_word_leaves_one_that_was_worked_out_in_the_lexicon_of_the_learner(learner: Learner) -> None:
    order = {"language": "de", "lemma": "Adler", "forms": {"genitive": "Adlers"}}
    made = (await learner.http.post("/api/vocabulary/words", json=order)).json()
    own = await learner.add("Adler")
    lexicons = word(learner.engine, "Adler")
    assert (await learner.change(own["id"], word_id=lexicons)).json()["word"]["id"] == lexicons
    assert (await learner.http.get(f"/api/vocabulary/words/{made['id']}")).status_code == 200


async def test_nobody_elses_word_gives_way(learner: Learner) -> None:
    theirs = await learner.api.theirs.post("/api/vocab/pairs", json={"language": "de", "native_language": "en"})
    assert theirs.status_code == 201
    kept = (await learner.api.theirs.post(ENTRIES, json={"lemma": "Adler"})).json()
    lexicons = word(learner.engine, "Adler")
    await learner.add("Adler", word_id=lexicons)
    assert (await learner.api.theirs.get(f"{ENTRIES}/{kept['id']}")).json()["word"] == kept["word"]


async def test_what_the_learner_may_not_see_is_not_meant(learner: Learner) -> None:
    theirs = (await learner.api.theirs.get("/api/auth/me")).json()["id"]
    word(learner.engine, "Adler", owner_id=UUID(theirs))
    hidden = word(learner.engine, "Hund", article="der")
    learner.engine.connection.execute("UPDATE words SET hidden_at = clock_timestamp() WHERE id = $1", (hidden,))
    assert [(await learner.add(lemma))["word"]["own"] for lemma in ("Adler", "der Hund")] == [True, True]
    assert learner.count("words") == 2


@pytest.mark.parametrize("lemma", ["a\x07b", "Ha\nus", "\x7f", "\u001b[31mHaus"])
async def test_control_signs_are_no_letters(learner: Learner, lemma: str) -> None:
    for path, body in (("", {"lemma": lemma}), ("/batch", {"items": [{"lemma": lemma}]})):
        answer = await learner.http.post(f"{ENTRIES}{path}", json=body)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"].endswith("lemma")
