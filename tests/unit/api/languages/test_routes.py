import httpx

from shared.languages import LANGUAGES, NATIVE_LANGUAGES


async def test_everybody_may_see_what_is_possible(stranger: httpx.AsyncClient) -> None:
    answer = (await stranger.get("/api/languages")).json()
    assert [language["code"] for language in answer["languages"]] == list(LANGUAGES)
    assert answer["native_languages"] == list(NATIVE_LANGUAGES)
    assert [level["level"] for level in answer["levels"]] == ["A1", "A2", "B1", "B2", "C1", "C2"]
    assert answer["limits"]["source_text_characters"] == 40_000


async def test_language_says_what_can_be_done_in_it(stranger: httpx.AsyncClient) -> None:
    answer = (await stranger.get("/api/languages")).json()
    german = answer["languages"][0]
    assert german["voices"] == list(LANGUAGES["de"].voices)
    assert all(german[capability] for capability in ("generated", "tagged", "translated", "spoken", "heard"))


async def test_every_offered_voice_and_language_can_be_ordered(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/languages")).json()
    for language in answer["languages"]:
        for native in set(answer["native_languages"]) - {language["code"]}:
            order = {"language": language["code"], "native_language": native, "level": "A1", "topic": "cats"}
            order["voice"] = language["voices"][-1]
            response = await client.post("/api/generation/articles", json=order)
            assert response.status_code == 503  # sound: it got as far as the database, which is away
