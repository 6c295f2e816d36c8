"""The sandbox through DeepL's own SDK."""

from collections.abc import Iterator

import deepl
import pytest
from deepl import http_client

from tests.support.sandbox import RunningSandbox


@pytest.fixture(name="client")
def _client(small_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[deepl.DeepLClient]:
    monkeypatch.setattr(http_client, "max_network_retries", 0)
    client = deepl.DeepLClient("sandbox", server_url=small_sandbox.base_url("deepl") + "/", send_platform_info=False)
    yield client
    client.close()  # type: ignore[no-untyped-call]  # has no types


def _texts(client: deepl.DeepLClient, texts: list[str], target: str, source: str | None) -> list[deepl.TextResult]:
    results = client.translate_text(texts, target_lang=target, source_lang=source)
    assert isinstance(results, list)
    return results


def test_sentences_of_the_bank_get_their_true_translation(client: deepl.DeepLClient) -> None:
    german = ["Meine Mutter kauft frisches Gemüse.", "Im Wald"]
    results = _texts(client, german, "EN-GB", "DE")
    assert [result.text for result in results] == ["My mother buys fresh vegetables.", "In the forest"]
    assert [result.billed_characters for result in results] == [len(text) for text in german]
    assert {result.model_type_used for result in results} == {"sandbox/bank"}


def test_several_bank_sentences_in_one_text_are_translated_together(client: deepl.DeepLClient) -> None:
    [result] = _texts(client, ["Then we drink a coffee. On Saturday we go to the market."], "JA", "EN")
    assert result.text == "それからコーヒーを飲みます。土曜日に市場へ行きます。"


def test_source_language_is_found_where_none_is_given(client: deepl.DeepLClient) -> None:
    [result] = _texts(client, ["母は新鮮な野菜を買います。"], "DE", None)
    assert (result.text, result.detected_source_lang) == ("Meine Mutter kauft frisches Gemüse.", "JA")


def test_anything_else_is_marked_and_glossed(client: deepl.DeepLClient) -> None:
    [english] = _texts(client, ["The men bought three houses."], "DE", "EN")
    assert english.text == "[no translation: sandbox] man=Mann, house=Haus"
    [japanese] = _texts(client, ["男は家にいる。"], "EN-US", "JA")
    assert japanese.text == "[no translation: sandbox] 男=man, 家=house"
    [unknown] = _texts(client, ["Xyzzy."], "DE", "EN")
    assert unknown.text == "[no translation: sandbox]"


def test_unsupported_languages_are_refused(client: deepl.DeepLClient) -> None:
    with pytest.raises(deepl.DeepLException, match="'target_lang' not supported by the sandbox: PL"):
        _texts(client, ["Hallo"], "PL", "DE")
    with pytest.raises(deepl.DeepLException, match="'source_lang' not supported by the sandbox: FI"):
        _texts(client, ["Hallo"], "DE", "FI")


def test_fifty_texts_are_the_most(client: deepl.DeepLClient) -> None:
    assert len(_texts(client, ["Im Wald"] * 50, "EN-GB", "DE")) == 50
    with pytest.raises(deepl.DeepLException, match="From 1 to 50 texts"):
        _texts(client, ["Im Wald"] * 51, "EN-GB", "DE")


def test_languages_are_the_banks(client: deepl.DeepLClient) -> None:
    assert [language.code for language in client.get_source_languages()] == ["DE", "EN", "JA"]
    assert [language.code for language in client.get_target_languages()] == ["DE", "EN-GB", "EN-US", "JA"]


def test_usage_counts_characters(client: deepl.DeepLClient) -> None:
    before = client.get_usage().character.count or 0
    _texts(client, ["12345"], "DE", "EN")
    assert client.get_usage().character.count == before + 5


def test_only_translations_count_as_paid(client: deepl.DeepLClient, small_sandbox: RunningSandbox) -> None:
    client.get_source_languages()
    _texts(client, ["Im Wald"], "EN-GB", "DE")
    assert small_sandbox.calls("deepl") == {"answered": 1, "rejected": 0, "free": 1, "faulted": 0}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, deepl.AuthorizationException),
        (456, deepl.QuotaExceededException),
        (429, deepl.TooManyRequestsException),
        (500, deepl.DeepLException),
    ],
)
def test_status_faults(
    client: deepl.DeepLClient, small_sandbox: RunningSandbox, status: int, error: type[deepl.DeepLException]
) -> None:
    small_sandbox.fault("deepl", "status", status=status, path="translate")
    assert client.get_source_languages(), "the fault waits for its path"
    with pytest.raises(error):
        _texts(client, ["Im Wald"], "EN-GB", "DE")


def test_dropped_connection_and_truncated_json(client: deepl.DeepLClient, small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("deepl", "dropped")
    with pytest.raises(deepl.ConnectionException):
        _texts(client, ["Im Wald"], "EN-GB", "DE")
    small_sandbox.fault("deepl", "truncated")
    assert _texts(client, ["Im Wald"], "EN-GB", "DE") == [], "the SDK takes broken JSON for an empty answer"


def test_wrong_language(client: deepl.DeepLClient, small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("deepl", "wrong_language")
    [result] = _texts(client, ["Im Wald"], "JA", "DE")
    assert result.text == "Im Wald"
