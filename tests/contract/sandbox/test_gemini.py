"""The sandbox through Gemini's own SDK: speech."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import httpx2
import numpy as np
import pytest
from google import genai
from google.genai import errors, types

from tests.support.sandbox import RunningSandbox

RATE = 24_000
GERMAN = "Der Leuchtturm steht seit 1904 auf der Insel."


@pytest.fixture(name="client")
def _client(small_sandbox: RunningSandbox) -> Iterator[genai.Client]:
    options = types.HttpOptions(base_url=small_sandbox.base_url("gemini"), timeout=60_000)
    client = genai.Client(api_key="sandbox", http_options=options)
    yield client
    client.close()


def _config(language: str | None, voice: str) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        response_modalities=["AUDIO"],
        speech_config=types.SpeechConfig(
            language_code=language,
            voice_config=types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name=voice)),
        ),
    )


def _ask(
    client: genai.Client, text: str, language: str | None = "de-DE", voice: str = "Kore"
) -> types.GenerateContentResponse:
    return client.models.generate_content(
        model="gemini-3.8-flash-lite-tts", contents=text, config=_config(language, voice)
    )


def _audio(response: types.GenerateContentResponse) -> bytes:
    assert response.candidates
    content = response.candidates[0].content
    assert content
    assert content.parts
    blob = content.parts[0].inline_data
    assert blob
    assert blob.mime_type == "audio/L16;codec=pcm;rate=24000"
    return blob.data or b""


def _say(client: genai.Client, text: str, language: str | None = "de-DE", voice: str = "Kore") -> bytes:
    return _audio(_ask(client, text, language, voice))


def test_text_becomes_audible_speech_and_says_who_spoke(client: genai.Client) -> None:
    response = _ask(client, GERMAN)
    samples = np.frombuffer(_audio(response), dtype="<i2")
    assert 2 * RATE < len(samples) < 6 * RATE
    assert np.abs(samples.astype(int)).max() > 5000
    assert response.model_version == "sandbox/espeak-ng"
    assert response.usage_metadata
    assert response.usage_metadata.candidates_token_count == round(len(samples) / RATE * 25)


def test_equal_requests_get_equal_samples_whatever_was_said_before(client: genai.Client) -> None:
    first = _say(client, GERMAN)
    _say(client, "Etwas ganz anderes.", voice="Puck")
    assert _say(client, GERMAN) == first


def test_every_voice_and_language_sounds_different(client: genai.Client) -> None:
    voices = [_say(client, GERMAN, voice=voice) for voice in ("Kore", "Puck", "Charon", "Leda", "Aoede", "Orus")]
    languages = [_say(client, GERMAN, language) for language in ("en-GB", "es-ES", "fr-FR", "it-IT", "pt-PT", "pt-BR")]
    assert len({*voices, *languages}) == len(voices) + len(languages)


def test_language_is_guessed_where_none_is_named(client: genai.Client) -> None:
    assert _say(client, "Der Hund und die Katze.", None) == _say(client, "Der Hund und die Katze.", "de-DE")
    assert _say(client, "森を歩きます。", None) == _say(client, "森を歩きます。", "ja-JP")


def test_japanese_is_read_with_its_readings(client: genai.Client) -> None:
    assert _say(client, "今日は東京へ行きました。", "ja-JP") == _say(
        client, "きょうはとうきょうへ行きました。", "ja-JP"
    )


def test_language_that_it_does_not_speak_is_a_clear_error(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="xx") as caught:
        _say(client, GERMAN, "xx-XX")
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


def test_it_only_speaks(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="only speaks"):
        client.models.generate_content(model="gemini-3.8-flash", contents="Hello")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("...", "nothing to say"), ("word " * 5_000, "longer than 20000 characters")],
    ids=["none", "long"],
)
def test_text_that_it_cannot_say_is_a_clear_error(client: genai.Client, text: str, reason: str) -> None:
    with pytest.raises(errors.ClientError, match=reason):
        _say(client, text)


def test_it_has_one_speaker_at_a_time(client: genai.Client) -> None:
    speakers = [
        types.SpeakerVoiceConfig(
            speaker=name,
            voice_config=types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name=name)),
        )
        for name in ("Kore", "Puck")
    ]
    config = types.GenerateContentConfig(
        response_modalities=["AUDIO"],
        speech_config=types.SpeechConfig(
            multi_speaker_voice_config=types.MultiSpeakerVoiceConfig(speaker_voice_configs=speakers)
        ),
    )
    with pytest.raises(errors.ClientError, match="one speaker"):
        client.models.generate_content(model="gemini-3.8-flash-tts", contents=GERMAN, config=config)


def test_other_requests_are_answered_while_it_speaks(client: genai.Client, small_sandbox: RunningSandbox) -> None:
    with ThreadPoolExecutor(1) as pool, httpx.Client() as http:
        speech = pool.submit(_say, client, GERMAN * 60)
        answered = 0
        while not speech.done():
            answered += http.get(f"{small_sandbox.url}/healthz").status_code == 200
        assert len(speech.result()) > 120 * RATE
    assert answered > 3


def test_faults_inside_the_answer(client: genai.Client, small_sandbox: RunningSandbox) -> None:
    whole = _say(client, GERMAN)
    for kind in ("empty_audio", "silent_audio", "short_audio", "refusal"):
        small_sandbox.fault("gemini", kind)
    assert _say(client, GERMAN) == b""
    assert _say(client, GERMAN) == bytes(len(whole))
    assert _say(client, GERMAN) == whole[: int(0.3 * RATE) * 2]
    refused = _ask(client, GERMAN)
    assert refused.candidates
    assert refused.candidates[0].finish_reason == types.FinishReason.SAFETY
    assert refused.candidates[0].content is None
    assert _say(client, GERMAN) == whole
    assert small_sandbox.calls("gemini") == {"answered": 6, "rejected": 0, "free": 0, "faulted": 4}


def test_truncated_json_is_an_error_of_the_sdk(client: genai.Client, small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("gemini", "truncated")
    with pytest.raises((json.JSONDecodeError, errors.APIError)):
        _say(client, GERMAN)


@pytest.mark.parametrize(
    ("status", "error", "name"),
    [(429, errors.ClientError, "RESOURCE_EXHAUSTED"), (503, errors.ServerError, "UNAVAILABLE")],
)
def test_status_faults(
    client: genai.Client, small_sandbox: RunningSandbox, status: int, error: type[errors.APIError], name: str
) -> None:
    small_sandbox.fault("gemini", "status", status=status, retry_after=3)
    with pytest.raises(error) as caught:
        _say(client, GERMAN)
    assert (caught.value.code, caught.value.status) == (status, name)


@pytest.mark.parametrize("kind", ["dropped", "dropped_midway"])
def test_dropped_connections(client: genai.Client, small_sandbox: RunningSandbox, kind: str) -> None:
    small_sandbox.fault("gemini", kind)
    with pytest.raises(httpx2.RemoteProtocolError):
        _say(client, GERMAN)


def test_latency_delays_one_answer(client: genai.Client, small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("gemini", "latency", seconds=0.3)
    began = time.monotonic()
    _say(client, GERMAN)
    assert time.monotonic() - began >= 0.3
