"""Lists of words: one's own to change, public ones of others to read."""

from uuid import UUID, uuid4

import pytest

from services.api.vocabulary import list_actions
from tests.integration.api.conftest import Api
from tests.support.lexicon import new_word

LISTS = "/api/vocabulary/lists"


async def new_list(api: Api, **fields: object) -> str:
    """The path of a new list of mine."""
    answer = await api.mine.post(LISTS, json={"name": "Küche", "language": "de", **fields})
    assert answer.status_code == 201, answer.text
    return f"{LISTS}/{answer.json()['id']}"


async def test_a_list_is_made_renamed_published_and_deleted(api: Api) -> None:
    path = await new_list(api)
    (seen,) = (await api.mine.get(LISTS)).json()["items"]
    assert (seen["name"], seen["public"], seen["mine"], seen["words"]) == ("Küche", False, True, 0)
    renamed = await api.mine.patch(path, json={"name": "Bad"})
    assert (renamed.json()["name"], renamed.json()["public"]) == ("Bad", False)
    published = await api.mine.patch(path, json={"public": True})
    assert (published.json()["name"], published.json()["public"]) == ("Bad", True)
    assert (await api.mine.delete(path)).status_code == 204
    assert (await api.mine.get(path)).status_code == 404


async def test_words_are_added_once_and_shown_in_that_order(api: Api) -> None:
    path, connection = await new_list(api), api.engine.connection
    ids = [str(new_word(connection, lemma)) for lemma in ("Zaun", "Ast", "Maus")]
    added = await api.mine.post(f"{path}/words", json={"word_ids": ids})
    assert (added.status_code, added.json()["added"], added.json()["word_list"]["words"]) == (200, 3, 3)
    assert (await api.mine.post(f"{path}/words", json={"word_ids": ids[:2]})).json()["added"] == 0
    first = (await api.mine.get(f"{path}?page_size=2")).json()
    second = (await api.mine.get(f"{path}?page_size=2&page_token={first['next_page_token']}")).json()
    assert [item["lemma"] for item in first["items"] + second["items"]] == ["Zaun", "Ast", "Maus"]
    assert second["next_page_token"] == ""
    assert (await api.mine.delete(f"{path}/words/{ids[1]}")).status_code == 204
    assert (await api.mine.delete(f"{path}/words/{ids[1]}")).status_code == 404
    assert [item["lemma"] for item in (await api.mine.get(path)).json()["items"]] == ["Zaun", "Maus"]


async def test_a_public_list_is_read_by_others_and_written_by_nobody_else(api: Api) -> None:
    path, connection = await new_list(api, public=True), api.engine.connection
    shared, own = new_word(connection, "Haus"), new_word(connection, "Meins", api.key.owner_id)
    await api.mine.post(f"{path}/words", json={"word_ids": [str(shared), str(own)]})
    (found,) = (await api.theirs.get(f"{LISTS}?public=true&language=de")).json()["items"]
    assert (found["mine"], found["words"]) == (False, 1)
    assert (await api.theirs.get(f"{LISTS}?public=true&language=fr")).json()["items"] == []
    assert (await api.theirs.get(LISTS)).json()["items"] == []
    page = (await api.theirs.get(path)).json()
    assert [item["lemma"] for item in page["items"]] == ["Haus"]
    for answer in (
        await api.theirs.patch(path, json={"name": "Deins"}),
        await api.theirs.post(f"{path}/words", json={"word_ids": [str(shared)]}),
        await api.theirs.delete(f"{path}/words/{shared}"),
        await api.theirs.delete(path),
    ):
        assert answer.status_code == 404
    assert (await api.mine.get(path)).json()["word_list"]["words"] == 2


async def test_all_words_are_added_or_none(api: Api) -> None:
    path, connection = await new_list(api), api.engine.connection
    good, french = new_word(connection, "Haus"), new_word(connection, "chat", language="fr")
    foreign = new_word(connection, "Deins", UUID(str(await their_account(api))))
    order = {"word_ids": [str(word) for word in (good, french, foreign, uuid4())]}
    answer = await api.mine.post(f"{path}/words", json=order)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["word_ids[1]", "word_ids[2]", "word_ids[3]"]
    assert (await api.mine.get(path)).json()["items"] == []


async def their_account(api: Api) -> UUID:
    return UUID((await api.theirs.get("/api/auth/me")).json()["id"])


async def test_a_name_is_there_once_in_a_language(api: Api) -> None:
    await new_list(api)
    again = await api.mine.post(LISTS, json={"name": " Küche ", "language": "de"})
    assert (again.status_code, again.json()["code"]) == (409, "list_name_taken")
    french = await new_list(api, language="fr")
    other = await new_list(api, name="Bad")
    renamed = await api.mine.patch(other, json={"name": "Küche"})
    assert (renamed.status_code, renamed.json()["code"]) == (409, "list_name_taken")
    assert [item["language"] for item in (await api.mine.get(f"{LISTS}?language=fr")).json()["items"]] == ["fr"]
    assert french != other


async def test_lists_and_their_words_have_bounds(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_actions, "MOST_LISTS", 1)
    monkeypatch.setattr(list_actions, "MOST_WORDS", 1)
    path = await new_list(api)
    many = await api.mine.post(LISTS, json={"name": "Bad", "language": "de"})
    assert (many.status_code, many.json()["code"]) == (409, "too_many_lists")
    words = [str(new_word(api.engine.connection, lemma)) for lemma in ("Haus", "Maus")]
    full = await api.mine.post(f"{path}/words", json={"word_ids": words})
    assert (full.status_code, full.json()["code"]) == (409, "list_full")
    assert (await api.mine.get(path)).json()["items"] == []


async def test_newest_lists_come_first_in_pages(api: Api) -> None:
    for name in ("a", "b", "c"):
        await new_list(api, name=name)
    first = (await api.mine.get(f"{LISTS}?page_size=2")).json()
    second = (await api.mine.get(f"{LISTS}?page_size=2&page_token={first['next_page_token']}")).json()
    assert [item["name"] for item in first["items"] + second["items"]] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("order", "code", "field"),
    [
        ({"name": "x", "language": "xx"}, "unsupported_language", "language"),
        ({"name": "", "language": "de"}, "input_invalid", "name"),
        ({"name": "x", "language": "de", "owner": "me"}, "input_invalid", "owner"),
    ],
)
async def test_a_bad_list_is_refused(api: Api, order: dict[str, object], code: str, field: str) -> None:
    answer = await api.mine.post(LISTS, json=order)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_public_lists_are_asked_for_by_language(api: Api) -> None:
    answer = await api.mine.get(f"{LISTS}?public=true")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "language")
