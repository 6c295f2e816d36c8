from uuid import UUID

import msgspec
import pytest

from services.api.packs.schemas import PackAdded, PackAddition, PackSummary, PackView, PackWord
from services.cli.lexicon import headword, titled
from tests.support.cli_learner import GERMAN, JAPANESE, Learner, answered, page
from tests.support.cli_server import CommandLine, FakeServer

PACK = UUID(int=50)
SUMMARY = PackSummary(
    id=PACK, language="de", level="A1", title={"en": "Family", "de": "Familie"}, description={"en": "The closest."},
    words=2, owned=1,
)  # fmt: skip
MOTHER = PackWord(
    id=UUID(int=51), lemma="Mutter", pos="NOUN", sense="", article="die", plural="Mütter", reading=None, romanised=None,
    level="A1", translations={"en": ["mother", "mum"]}, forms={}, examples=[], owned=True,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _learner(server: FakeServer) -> Learner:
    return Learner(server)


def test_packs_of_a_language_are_listed_with_what_is_known(parlance: CommandLine, server: FakeServer) -> None:
    server.answers["GET", "/api/packs"] = lambda _: page(SUMMARY)
    ended = parlance("packs", "list", "--level", "a1", "--language", "ja")
    assert ended.exit_code == 0, ended.stderr
    (request,) = server.asked("/api/packs")
    assert (request.url.params["pair_id"], request.url.params["level"]) == (str(JAPANESE.id), "A1")
    assert ended.stdout.splitlines()[1].split() == [str(PACK), "A1", "2", "1", "Family"]


def test_a_pack_is_shown_with_its_words(parlance: CommandLine, server: FakeServer) -> None:
    view = PackView(**msgspec.structs.asdict(SUMMARY), items=[MOTHER])
    server.answers["GET", f"/api/packs/{PACK}"] = lambda _: answered(view)
    shown = parlance("packs", "show", str(PACK)).stdout.splitlines()
    assert shown[:2] == ["Family (A1)", "The closest."]
    assert shown[3].split() == ["die", "Mutter", "mother,", "mum", "yes"]


def test_a_pack_is_taken_over_with_cards(parlance: CommandLine, server: FakeServer) -> None:
    path = f"/api/packs/{PACK}/add"
    server.answers["POST", path] = lambda _: answered(PackAdded(pair_id=GERMAN.id, added=1, skipped=1, cards=2))
    ended = parlance("packs", "add", str(PACK), "--both")
    assert ended.stdout == "Words: 1 added, 1 skipped. New cards: 2.\n"
    order = msgspec.json.decode(server.asked(path)[0].content, type=PackAddition)
    assert order == PackAddition(pair_id=GERMAN.id, cards=["recognition", "production"])


def test_words_are_written_as_a_dictionary_has_them() -> None:
    assert headword({"lemma": "amie", "article": "l'", "reading": None, "sense": ""}) == "l'amie"
    assert headword({"lemma": "猫", "article": None, "reading": "ねこ", "sense": ""}) == "猫 (ねこ)"
    assert headword({"lemma": "ねこ", "reading": "ねこ"}) == "ねこ"
    assert headword({"lemma": "Bank", "article": "die", "sense": "seat"}) == "die Bank (seat)"


def test_a_title_is_in_a_language_that_there_is() -> None:
    assert titled({"en": "Family", "ja": "家族"}, "ja") == "家族"
    assert titled({"en": "Family"}, "ja") == "Family"
    assert titled({"pt": "Família"}, "ja") == "Família"
