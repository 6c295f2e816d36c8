"""Learners report bad items, which are hidden until admins settle it."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.lexicon import reports as store
from shared.lexicon.reports import ENOUGH, NewReport
from tests.integration.api.conftest import Api
from tests.integration.api.packs.test_packs import pack
from tests.integration.api.sentences.test_sentences import sentence
from tests.support.api import NOW
from tests.support.lexicon import new_word
from tests.support.people import Person, new_person

REPORTS = "/api/reports"
ADMIN = "/api/admin/reports"
HIDDEN = {
    "word": "SELECT hidden_at IS NOT NULL AS hidden FROM words WHERE id = $1",
    "sentence": "SELECT hidden_at IS NOT NULL AS hidden FROM sentences WHERE id = $1",
    "pack": "SELECT published_at IS NULL AS hidden FROM packs WHERE id = $1",
}


@pytest.fixture
def people(api: Api) -> list[Person]:
    """As many learners as it takes, and one more."""
    return [new_person(api.engine.connection, f"learner-{number}") for number in range(ENOUGH + 1)]


@pytest.fixture
def admin(api: Api) -> dict[str, str]:
    """What an admin's requests carry."""
    return new_person(api.engine.connection, "admin", "admin").headers()


def new_item(api: Api, item: str) -> UUID:
    connection = api.engine.connection
    if item == "word":
        return new_word(connection, "Fehler")
    return sentence(connection, "Ein Fehler.") if item == "sentence" else pack(connection, "Haus")


async def report(api: Api, who: Person, item: str, item_id: UUID, **changes: Any) -> httpx.Response:
    body = {"item": item, "id": str(item_id), "reason": "wrong_translation", **changes}
    return await api.mine.post(REPORTS, json=body, headers=who.headers())


async def reported(api: Api, people: Sequence[Person], item: str) -> UUID:
    """An item that all of them reported."""
    made = new_item(api, item)
    answers = [await report(api, who, item, made) for who in people]
    assert {answer.status_code for answer in answers} == {201}
    return made


async def settle(api: Api, admin: dict[str, str], item: str, item_id: UUID, action: str) -> httpx.Response:
    return await api.mine.post(f"{ADMIN}/{item}/{item_id}/settle", json={"action": action}, headers=admin)


def hidden(api: Api, item: str, item_id: UUID) -> bool:
    row = api.engine.connection.execute(HIDDEN[item], (item_id,)).fetchone()
    assert row is not None
    return bool(row["hidden"])


@pytest.mark.parametrize("item", ["word", "sentence"])
async def test_item_is_hidden_by_the_last_of_enough_learners(api: Api, people: list[Person], item: str) -> None:
    made = await reported(api, people[: ENOUGH - 1], item)
    assert not hidden(api, item, made)
    assert (await report(api, people[ENOUGH - 1], item, made)).status_code == 201
    assert hidden(api, item, made)
    assert (await report(api, people[ENOUGH], item, made)).status_code == 404  # it is not there for them any more


async def test_one_learner_counts_once_however_often_they_report(api: Api, people: list[Person]) -> None:
    word = new_item(api, "word")
    first, *more = [await report(api, people[0], "word", word, comment="no") for _ in range(ENOUGH + 1)]
    assert first.status_code == 201
    assert [(each.status_code, each.json()) for each in more] == [(200, first.json())] * ENOUGH
    assert not hidden(api, "word", word)


async def test_report_stays_the_same_while_the_item_is_hidden(api: Api, people: list[Person]) -> None:
    word = await reported(api, people[:ENOUGH], "word")
    answer = await report(api, people[0], "word", word, reason="other")
    assert (answer.status_code, answer.json()["reason"]) == (200, "wrong_translation")


async def test_learner_who_reports_at_the_same_time_is_counted(api: Api, people: list[Person]) -> None:
    word = await reported(api, people[: ENOUGH - 2], "word")
    new = NewReport(item="word", item_id=word, reason="other", comment="")
    with api.engine.connection.transaction():
        store.report(api.engine.connection, people[ENOUGH].id, new, NOW)
        last = asyncio.create_task(report(api, people[ENOUGH - 1], "word", word))
        await asyncio.wait({last}, timeout=1.0)  # it waits for the other, whom it would not see yet
    assert (await last).status_code == 201
    assert hidden(api, "word", word)


@pytest.mark.parametrize("item", ["word", "sentence", "pack"])
async def test_what_nobody_else_sees_cannot_be_reported(api: Api, people: list[Person], item: str) -> None:
    connection = api.engine.connection
    unseen = {
        "word": new_word(connection, "Meins", api.key.owner_id),
        "sentence": sentence(connection, "Wartet.", status="in_review"),
        "pack": pack(connection, "Haus", published=False),
    }[item]
    assert (await report(api, people[0], item, unseen)).status_code == 404
    assert (await report(api, people[0], item, uuid4())).status_code == 404


async def test_admins_see_reports_grouped_by_item(api: Api, people: list[Person], admin: dict[str, str]) -> None:
    word = await reported(api, people[: ENOUGH - 1], "word")
    await report(api, people[ENOUGH - 1], "word", word, reason="wrong_level", comment="much too hard")
    await reported(api, people[:1], "sentence")
    (shown,) = (await api.mine.get(ADMIN, headers=admin)).json()["items"]
    assert shown.pop("first_at").startswith("2026-03-01T12:00:00")
    assert shown == {
        "item": "word",
        "item_id": str(word),
        "text": "Fehler",
        "language": "de",
        "hidden": True,
        "reporters": ENOUGH,
        "reasons": [{"reason": "wrong_translation", "count": ENOUGH - 1}, {"reason": "wrong_level", "count": 1}],
        "comments": ["much too hard"],
    }
    all_of_them = (await api.mine.get(ADMIN, headers=admin, params={"reporters": 1})).json()["items"]
    assert sorted(row["item"] for row in all_of_them) == ["sentence", "word"]
    params: dict[str, Any] = {"reporters": 1, "item": "sentence"}
    sentences = (await api.mine.get(ADMIN, headers=admin, params=params)).json()["items"]
    assert [row["text"] for row in sentences] == ["Ein Fehler."]


async def test_list_has_pages(api: Api, people: list[Person], admin: dict[str, str]) -> None:
    made = {str(await reported(api, people[:1], item)) for item in ("word", "sentence", "pack")}
    params: dict[str, Any] = {"reporters": 1, "page_size": 2}
    first = (await api.mine.get(ADMIN, headers=admin, params=params)).json()
    params["page_token"] = first["next_page_token"]
    second = (await api.mine.get(ADMIN, headers=admin, params=params)).json()
    assert [len(first["items"]), len(second["items"])] == [2, 1]
    assert {row["item_id"] for row in (*first["items"], *second["items"])} == made


@pytest.mark.parametrize("item", ["word", "sentence", "pack"])
@pytest.mark.parametrize(("action", "stays_hidden"), [("corrected", False), ("kept", False), ("removed", True)])
async def test_settling_shows_the_item_again_or_hides_it_for_good(
    api: Api, people: list[Person], admin: dict[str, str], item: str, action: str, *, stays_hidden: bool
) -> None:
    made = await reported(api, people[:ENOUGH], item)
    assert (await settle(api, admin, item, made, action)).status_code == 204
    assert hidden(api, item, made) is stays_hidden
    assert (await api.mine.get(ADMIN, headers=admin)).json()["items"] == []
    assert (await settle(api, admin, item, made, action)).status_code == 404


async def test_removing_hides_also_what_few_had_reported(api: Api, people: list[Person], admin: dict[str, str]) -> None:
    word = await reported(api, people[:1], "word")
    await settle(api, admin, "word", word, "removed")
    assert hidden(api, "word", word)


async def test_settled_item_can_be_reported_anew_and_counts_from_nothing(
    api: Api, people: list[Person], admin: dict[str, str]
) -> None:
    word = await reported(api, people[:ENOUGH], "word")
    await settle(api, admin, "word", word, "corrected")
    assert (await report(api, people[0], "word", word)).status_code == 201
    assert not hidden(api, "word", word)


async def test_only_admins_see_and_settle_reports(api: Api, people: list[Person]) -> None:
    word = await reported(api, people[:ENOUGH], "word")
    assert (await settle(api, people[0].headers(), "word", word, "kept")).status_code == 403
    assert (await api.mine.get(ADMIN, headers=people[0].headers())).status_code == 403
    assert hidden(api, "word", word)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"item": "card"}, "item"),
        ({"reason": "ugly"}, "reason"),
        ({"comment": "a\0"}, "comment"),
        ({"comment": "a" * 1001}, "comment"),
        ({"id": 7}, "id"),
        ({"hide": True}, "hide"),
    ],
)
async def test_bad_report_is_refused(api: Api, people: list[Person], changes: dict[str, Any], field: str) -> None:
    body = {"item": "word", "id": str(new_item(api, "word")), "reason": "other", **changes}
    answer = await api.mine.post(REPORTS, json=body, headers=people[0].headers())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


async def test_unknown_action_or_item_is_refused(api: Api, people: list[Person], admin: dict[str, str]) -> None:
    word = await reported(api, people[:1], "word")
    assert (await settle(api, admin, "word", word, "burnt")).status_code == 400
    assert (await settle(api, admin, "card", word, "kept")).status_code in {400, 404}
