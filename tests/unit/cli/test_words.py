import json
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from services.api.flashcards.schemas import GeneratedView, GenerateOrder
from services.api.learning.analytics_schemas import DailyView, DayNumbers
from services.api.vocab.schemas import EntryDetailView, EntryOrder, EntryPatch, MeetingOrder, PairOrder, WordView
from services.api.vocabulary.schemas import WordView as LexiconWord
from services.cli.stats import DAILY
from tests.support.cli_learner import GERMAN, JAPANESE, PAIRS, Learner, answered, entry, page, word
from tests.support.cli_server import CommandLine, FakeServer
from tests.support.read_article import read_article

ENTRIES = "/api/vocab/entries"
ARTICLE = UUID(int=40)


@pytest.fixture(autouse=True)
def _learner(server: FakeServer) -> Learner:
    return Learner(server)


def lexicon_word(lemma: str, **translations: list[str]) -> LexiconWord:
    return LexiconWord(
        id=UUID(int=21), language="de", lemma=lemma, pos="NOUN", sense="", article="das", plural=None, reading=None,
        romanised=None, level="A1", zipf=None, band=None, translations=translations, forms={}, examples=[],
        source="catalogue", licence="MIT", own=False,
    )  # fmt: skip


def sent(server: FakeServer, path: str, kind: type[Any]) -> Any:
    """What was last sent there, as the API would take it."""
    return msgspec.json.decode(server.asked(path)[-1].content, type=kind)


def test_a_search_is_in_the_active_language(parlance: CommandLine, server: FakeServer) -> None:
    found = lexicon_word("Haus", en=["house", "home"], fr=["maison"])
    server.answers["GET", "/api/vocabulary/words"] = lambda _: page(found)
    ended = parlance("words", "search", "hau", "--level", "a1", "--pos", "noun")
    assert ended.exit_code == 0, ended.stderr
    (request,) = server.asked("/api/vocabulary/words")
    asked = {name: request.url.params[name] for name in ("q", "language", "level", "pos")}
    assert asked == {"q": "hau", "language": "de", "level": "A1", "pos": "NOUN"}
    line = ended.stdout.splitlines()[1]
    assert line.split(maxsplit=1)[1].split() == ["das", "Haus", "NOUN", "A1", "house,", "home"]


def test_the_bank_can_be_that_of_another_language(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["GET", ENTRIES] = lambda _: page(entry("Bank", None), entry("Haus", word("Haus", "house")))
    ended = parlance("words", "list", "--language", "ja", "--status", "new", "--status", "learning", "--begins", "h")
    assert ended.exit_code == 0, ended.stderr
    (request,) = server.asked(ENTRIES)
    assert request.url.params["pair_id"] == str(JAPANESE.id)
    assert request.url.params.get_list("status") == ["new", "learning"]
    assert request.url.params["q"] == "h"
    rows = [line.split()[1:] for line in ended.stdout.splitlines()[1:]]
    assert rows == [["Bank", "NOUN", "pending_sense"], ["Haus", "NOUN", "new", "house"]]


def test_a_word_is_kept_with_what_was_said_of_it(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["POST", ENTRIES] = lambda _: answered(entry("Oma", word("Oma", "grandma")), 201)
    ended = parlance("words", "add", "Oma", "--pos", "noun", "--translation", "grandma", "--note", "mine")
    assert ended.exit_code == 0, ended.stderr
    order = EntryOrder(pair_id=GERMAN.id, lemma="Oma", pos="NOUN", translation="grandma", note="mine")
    assert sent(server, ENTRIES, EntryOrder) == order
    assert ended.stdout == f"{UUID(int=30)}  Oma  new\n"


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (word("zu zweit", own=True), "parlance words add 'zu zweit' --translation"),
        (word("zu zweit", "as a pair", own=True), ""),
        (word("zu zweit"), ""),  # everybody's: only the lexicon can say what it means
    ],
)
def test_a_word_that_nobody_has_explained_says_how_to(
    parlance: CommandLine, server: FakeServer, kept: WordView, told: str
) -> None:
    server.answers["POST", ENTRIES] = lambda _: answered(entry("zu zweit", kept), 201)
    said = parlance("words", "add", "zu zweit").stderr
    assert told in said
    assert ("--translation" in said) == bool(told)


def test_a_word_with_several_meanings_says_how_to_choose(parlance: CommandLine, server: FakeServer) -> None:
    candidates = (word("Bank", "bench", sense="seat"), word("Bank", "bank", sense="institution", id=UUID(int=22)))
    waiting = entry("Bank", None, *candidates)
    path = f"{ENTRIES}/{waiting.id}"
    server.answers["POST", ENTRIES] = lambda _: answered(waiting, 201)
    server.answers["GET", path] = lambda _: answered(waiting)
    server.answers["PATCH", path] = lambda _: answered(entry("Bank", candidates[1]))
    assert f"parlance words choose {waiting.id}" in parlance("words", "add", "Bank").stderr
    shown = parlance("words", "choose", str(waiting.id))
    assert "Bank (seat)" in shown.stdout
    assert "Bank (institution)" in shown.stdout
    assert f"parlance words choose {waiting.id} WORD_ID" in shown.stderr
    ended = parlance("words", "choose", str(waiting.id), str(UUID(int=22)))
    assert ended.stdout == f"{waiting.id}  Bank (institution)  new\n"
    assert sent(server, path, EntryPatch) == EntryPatch(word_id=UUID(int=22))


def test_where_nothing_is_to_be_chosen_it_is_said_so(parlance: CommandLine, server: FakeServer) -> None:
    chosen = entry("Haus", word("Haus", "house"))
    server.answers["GET", f"{ENTRIES}/{chosen.id}"] = lambda _: answered(chosen)
    ended = parlance("words", "choose", str(chosen.id))
    assert ended.stdout == f"{chosen.id}  Haus  new\n"
    assert "nothing to choose" in ended.stderr


@pytest.mark.parametrize(("asked", "place"), [("ÄPFEL", "rote Äpfel"), ("äpfel", "rote Äpfel"), ("auf", "auf den")])
def test_a_word_of_an_article_is_kept_where_it_stands(
    parlance: CommandLine, server: FakeServer, asked: str, place: str
) -> None:
    article = read_article(id=str(ARTICLE))
    server.answers["GET", f"/api/articles/{ARTICLE}"] = lambda _: answered(article)
    server.answers["POST", f"{ENTRIES}/from-article"] = lambda _: answered(entry("Apfel", word("Apfel", "apple")), 201)
    ended = parlance("words", "from-article", str(ARTICLE), asked)
    assert ended.exit_code == 0, ended.stderr
    order = sent(server, f"{ENTRIES}/from-article", MeetingOrder)
    assert order.article_id == ARTICLE
    assert order.start == article.text.index(place) + place.lower().index(asked.lower())
    assert order.sentence is None, "the offset is that of the whole text"


def test_a_word_that_is_not_in_that_sentence_is_not_kept(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["GET", f"/api/articles/{ARTICLE}"] = lambda _: answered(read_article(id=str(ARTICLE)))
    ended = parlance("words", "from-article", str(ARTICLE), "Brot", "--sentence", "1")
    assert ended.exit_code == 2
    assert "There is no 'Brot' in sentence 1." in ended.stderr
    assert server.asked(f"{ENTRIES}/from-article") == []


def test_an_article_whose_words_are_not_known_yet_is_said_so(parlance: CommandLine, server: FakeServer) -> None:
    article = read_article(id=str(ARTICLE), annotation=None)
    server.answers["GET", f"/api/articles/{ARTICLE}"] = lambda _: answered(article)
    ended = parlance("words", "from-article", str(ARTICLE), "Brot")
    assert ended.exit_code == 2
    assert "not known, or not yet" in ended.stderr


@pytest.mark.parametrize(
    ("options", "directions"), [([], ["recognition"]), (["--both"], ["recognition", "production"])]
)
def test_cards_are_made_of_the_whole_bank(
    parlance: CommandLine, server: FakeServer, options: list[str], directions: list[Any]
) -> None:
    server.answers["POST", "/api/flashcards"] = lambda _: answered(
        GeneratedView(created=1, card_ids=[UUID(int=1)]), 201
    )
    assert parlance("words", "cards", *options).stdout == "New cards: 1.\n"
    order = GenerateOrder(pair_id=GERMAN.id, directions=directions)
    assert sent(server, "/api/flashcards", GenerateOrder) == order


def test_words_that_have_no_meaning_are_told(parlance: CommandLine, server: FakeServer) -> None:
    made = GeneratedView(created=3, card_ids=[], without_meaning=2)
    server.answers["POST", "/api/flashcards"] = lambda _: answered(made, 201)
    assert "Words without a meaning: 2." in parlance("words", "cards").stderr


HAUS = entry("Haus", word("Haus", "house", article="das"))
ESSEN = msgspec.structs.replace(entry("Essen", word("Essen", "food", article="das")), id=UUID(int=31))
EAT = msgspec.structs.replace(entry("essen", word("essen", "eat")), id=UUID(int=32))
LAKE = msgspec.structs.replace(entry("See", word("See", "lake", article="der")), id=UUID(int=33))
SEA = msgspec.structs.replace(entry("See", word("See", "sea", article="die")), id=UUID(int=34))
EAU = msgspec.structs.replace(entry("eau", word("eau", "water", article="l'")), id=UUID(int=35))
BANK = (HAUS, ESSEN, EAT, LAKE, SEA, EAU)


def beginning(request: httpx.Request) -> httpx.Response:
    """The entries that begin so, as the API finds them."""
    begins = request.url.params["q"].casefold()
    return page(*(each for each in BANK if each.lemma.casefold().startswith(begins)))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Haus", HAUS),
        ("haus", HAUS),
        ("das Haus", HAUS),
        (str(HAUS.id), HAUS),
        ("essen", EAT),
        ("Essen", ESSEN),
        ("die See", SEA),
        ("l'eau", EAU),
    ],
)
def test_how_far_one_is_with_a_word_can_be_said(
    parlance: CommandLine, server: FakeServer, asked: str, meant: EntryDetailView
) -> None:
    server.answers["GET", ENTRIES] = beginning
    path = f"{ENTRIES}/{meant.id}"
    server.answers["PATCH", path] = lambda _: answered(msgspec.structs.replace(meant, status="known"))
    ended = parlance("words", "status", asked, "known")
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.endswith("  known\n")
    assert sent(server, path, EntryPatch) == EntryPatch(status="known")


@pytest.mark.parametrize(
    ("asked", "said"),
    [("Hau", "no 'Hau'"), ("die Haus", "no 'die Haus'"), ("See", f"{LAKE.id}  der See"), ("ESSEN", f"{EAT.id}")],
)
def test_a_word_that_is_not_there_or_there_twice_is_not_changed(
    parlance: CommandLine, server: FakeServer, asked: str, said: str
) -> None:
    server.answers["GET", ENTRIES] = beginning
    ended = parlance("words", "status", asked, "ignored")
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_a_status_that_there_is_not_is_refused(parlance: CommandLine) -> None:
    ended = parlance("words", "status", "Haus", "pending_sense")
    assert ended.exit_code == 2
    assert "pending_sense" in ended.stderr


def test_pairs_are_listed_added_and_used(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["POST", PAIRS] = lambda _: answered(JAPANESE, 201)
    server.answers["PUT", f"{PAIRS}/{JAPANESE.id}/active"] = lambda _: answered(JAPANESE)
    rows = [line.split()[1:] for line in parlance("pairs", "list").stdout.splitlines()[1:]]
    assert rows == [["de", "en", "yes"], ["ja", "en"]]
    assert parlance("pairs", "add", "ja", "--native", "en").stdout == f"{JAPANESE.id}  ja from en\n"
    assert sent(server, PAIRS, PairOrder) == PairOrder(language="ja", native_language="en")
    assert parlance("pairs", "use", "ja").exit_code == 0
    assert len(server.asked(f"{PAIRS}/{JAPANESE.id}/active")) == 1


@pytest.mark.parametrize(("given", "said"), [(["--language", "fr"], "pairs add fr"), ([], "pairs add de")])
def test_without_a_pair_the_way_to_one_is_said(
    parlance: CommandLine, server: FakeServer, given: list[str], said: str
) -> None:
    resting = msgspec.structs.replace(GERMAN, active=False)
    server.answers["GET", PAIRS] = lambda _: page(resting) if given else page()
    ended = parlance("words", "list", *given)
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_lists_for_programs_have_a_line_each(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["GET", ENTRIES] = lambda _: page(entry("Haus", word("Haus", "house")))
    (line,) = parlance("words", "list", "--json").stdout.splitlines()
    assert json.loads(line)["lemma"] == "Haus"


def test_a_refusal_is_told_in_the_servers_words(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["POST", ENTRIES] = lambda _: httpx.Response(
        404, json={"detail": "There is no such word.", "code": "not_found"}
    )
    ended = parlance("words", "add", "Oma")
    assert ended.exit_code == 5
    assert "There is no such word. (not_found)" in ended.stderr


def a_day(number: int, **changes: Any) -> DayNumbers:
    plain = DayNumbers(
        day=date(2026, 3, number), days_studied=1, reviewed=number, learned=2, new=1, lapses=3, accuracy=0.875,
        true_retention=0.9, duration_ms=150_000, median_seconds=4.5, sessions=1, words_added=5, speaking=0,
        frozen=False, streak=number,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


def test_the_last_seven_days_are_shown_with_the_streak(parlance: CommandLine, server: FakeServer) -> None:
    still = a_day(9, reviewed=0, accuracy=None, duration_ms=0, frozen=True, streak=8)
    days = DailyView(days=[*(a_day(number) for number in range(1, 9)), still])
    server.answers["GET", DAILY] = lambda _: answered(days)
    ended = parlance("words", "stats")
    assert ended.exit_code == 0, ended.stderr
    rows = [line.split() for line in ended.stdout.splitlines()[1:]]
    assert [row[0] for row in rows] == [f"2026-03-0{number}" for number in range(3, 10)]
    assert rows[0] == ["2026-03-03", "3", "88%", "2", "3", "2", "5", "3"]
    assert rows[-1] == ["2026-03-09", "0", "2", "3", "0", "5", "8", "frozen"]
    assert "pair_id" not in server.asked(DAILY)[0].url.params
    ended = parlance("words", "stats", "--language", "ja", "--json")
    assert [json.loads(line)["streak"] for line in ended.stdout.splitlines()] == [3, 4, 5, 6, 7, 8, 8]
    assert server.asked(DAILY)[1].url.params["pair_id"] == str(JAPANESE.id)
