"""The sandbox through Deepgram's own SDK: it hears what its Gemini spoke, and nothing else."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]  # publishes no types
from deepgram import DeepgramClient
from deepgram.core.api_error import ApiError
from deepgram.environment import DeepgramClientEnvironment
from deepgram.types import ListenV1Response

from tests.support.sandbox import RunningSandbox

# The SDK's own imports, when it is first used.
pytestmark = pytest.mark.filterwarnings("ignore:websockets:DeprecationWarning")

RATE = 24_000
TEXT = "In the house, there are 25 old clocks."
OTHER = "Nobody winds them any more."


@pytest.fixture(name="client")
def _client(small_sandbox: RunningSandbox) -> Iterator[DeepgramClient]:
    base = small_sandbox.base_url("deepgram")
    sockets = base.replace("http", "ws", 1)
    environment = DeepgramClientEnvironment(base=base, production=sockets, agent=sockets, agent_rest=base)
    with httpx.Client(timeout=60.0) as http:
        yield DeepgramClient(api_key="sandbox", environment=environment, httpx_client=http)


def _speak(sandbox: RunningSandbox, text: str, language: str = "en-GB") -> bytes:
    config = {"responseModalities": ["AUDIO"], "speechConfig": {"languageCode": language}}
    answer = httpx.post(
        f"{sandbox.base_url('gemini')}/v1/models/gemini-3.8-flash-lite-tts:generateContent",
        json={"contents": [{"parts": [{"text": text}]}], "generationConfig": config},
    ).raise_for_status()
    return base64.b64decode(answer.json()["candidates"][0]["content"]["parts"][0]["inlineData"]["data"])


def _file(pcm: bytes, form: str, rate: int = RATE) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.frombuffer(pcm, dtype="<i2"), rate, format=form, subtype="PCM_16")
    return buffer.getvalue()


def _hear(client: DeepgramClient, audio: bytes, **parameters: str | int) -> ListenV1Response:
    response = client.listen.v1.media.transcribe_file(
        request=audio,
        model="nova-3",
        language="en",
        punctuate=True,
        utterances=True,
        request_options={"max_retries": 0, "additional_query_parameters": dict(parameters)},
    )
    assert isinstance(response, ListenV1Response)
    return response


def _alternative(response: ListenV1Response) -> Any:
    channels = response.results.channels
    assert channels
    alternatives = channels[0].alternatives
    assert alternatives
    return alternatives[0]


@pytest.mark.parametrize("form", ["FLAC", "WAV"])
def test_it_hears_its_own_speech_in_a_lossless_file(
    client: DeepgramClient, small_sandbox: RunningSandbox, form: str
) -> None:
    pcm = _speak(small_sandbox, TEXT)
    response = _hear(client, _file(pcm, form))
    heard = _alternative(response)
    assert heard.transcript == TEXT
    assert [word.word for word in heard.words] == ["in", "the", "house", "there", "are", "25", "old", "clocks"]
    assert [word.punctuated_word for word in heard.words] == TEXT.split()
    assert response.metadata.duration == pytest.approx(len(pcm) / 2 / RATE)
    assert response.metadata.model_dump()["model_info"].popitem()[1]["name"] == "sandbox/memory"


def test_raw_samples_are_heard_as_well(client: DeepgramClient, small_sandbox: RunningSandbox) -> None:
    pcm = _speak(small_sandbox, TEXT)
    raw = _hear(client, pcm, encoding="linear16", sample_rate=RATE)
    assert _alternative(raw).words == _alternative(_hear(client, _file(pcm, "FLAC"))).words


def test_word_times_rise_within_the_audio_and_lie_on_sound(
    client: DeepgramClient, small_sandbox: RunningSandbox
) -> None:
    pcm = _speak(small_sandbox, TEXT)
    audio = np.abs(np.frombuffer(pcm, dtype="<i2").astype(int))
    words = _alternative(_hear(client, _file(pcm, "FLAC"))).words
    moments = [moment for word in words for moment in (word.start, word.end)]
    assert moments == sorted(moments)
    assert moments[-1] <= len(audio) / RATE
    for word in words:
        assert audio[int(word.start * RATE) : int(word.end * RATE)].max() > 1000, word.word
    house, there = words[2], words[3]
    assert there.start - house.end > 0.1, "the pause at the comma belongs to neither word"


def test_several_recordings_joined_are_heard_one_after_the_other(
    client: DeepgramClient, small_sandbox: RunningSandbox
) -> None:
    first, second = _speak(small_sandbox, TEXT), _speak(small_sandbox, OTHER)
    pause = bytes(2 * RATE // 2)
    alone = _alternative(_hear(client, _file(second, "FLAC"))).words
    response = _hear(client, _file(first + pause + second, "FLAC"))
    heard = _alternative(response)
    assert heard.transcript == f"{TEXT} {OTHER}"
    later = (len(first) + len(pause)) / 2 / RATE
    assert [word.start for word in heard.words[-5:]] == pytest.approx([word.start + later for word in alone], abs=0.002)
    assert response.results.utterances
    assert [part.transcript for part in response.results.utterances] == [TEXT, OTHER]


@pytest.mark.parametrize("damage", ["one sample", "cut", "other rate", "noise", "silence", "no audio"])
def test_of_anything_else_it_invents_nothing(
    client: DeepgramClient, small_sandbox: RunningSandbox, damage: str
) -> None:
    pcm = _speak(small_sandbox, TEXT)
    samples = np.frombuffer(pcm, dtype="<i2").copy()
    samples[len(samples) // 2] ^= 1
    audio = {
        "one sample": _file(samples.tobytes(), "FLAC"),
        "cut": _file(pcm[: len(pcm) // 2], "FLAC"),
        "other rate": _file(pcm, "FLAC", rate=16_000),
        "noise": _file(np.random.default_rng(1).integers(-999, 999, RATE, dtype=np.int16).tobytes(), "FLAC"),
        "silence": _file(bytes(RATE), "FLAC"),
        "no audio": b"this is no audio file",
    }[damage]
    response = _hear(client, audio)
    heard = _alternative(response)
    assert (heard.transcript, heard.words, heard.confidence) == ("", [], 0.0)
    [warning] = response.metadata.model_dump()["warnings"]
    assert warning["type"] == "sandbox_cannot_hear"


def test_two_channels_are_not_heard(client: DeepgramClient, small_sandbox: RunningSandbox) -> None:
    mono = np.frombuffer(_speak(small_sandbox, TEXT), dtype="<i2")
    buffer = io.BytesIO()
    soundfile.write(buffer, np.column_stack([mono, mono]), RATE, format="FLAC", subtype="PCM_16")
    response = _hear(client, buffer.getvalue())
    assert _alternative(response).words == []
    assert response.metadata.channels == 2


def test_speech_that_was_cut_on_the_way_is_not_heard(client: DeepgramClient, small_sandbox: RunningSandbox) -> None:
    small_sandbox.fault("gemini", "short_audio")
    cut = _speak(small_sandbox, TEXT)
    assert _alternative(_hear(client, _file(cut, "FLAC"))).words == []


@pytest.mark.parametrize("audio", [b"", b"raw"], ids=["empty", "raw without its rate"])
def test_request_without_usable_audio_is_refused(client: DeepgramClient, audio: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        _hear(client, audio, encoding="linear16")
    assert caught.value.status_code == 400


def test_what_it_spoke_is_known_after_a_restart(small_sandbox: RunningSandbox) -> None:
    from services.sandbox.memory import Memory  # noqa: PLC0415  a second reader of the same folder

    pcm = _speak(small_sandbox, OTHER)
    heard = Memory(small_sandbox.data / "heard").recognise(np.frombuffer(pcm, dtype="<i2"))
    assert heard is not None
    assert [part.text for part in heard] == [OTHER]


def test_faults(client: DeepgramClient, small_sandbox: RunningSandbox) -> None:
    audio = _file(_speak(small_sandbox, TEXT), "FLAC")
    small_sandbox.fault("deepgram", "status", status=429, retry_after=11)
    with pytest.raises(ApiError) as caught:
        _hear(client, audio)
    assert caught.value.status_code == 429
    assert (caught.value.headers or {})["retry-after"] == "11"
    small_sandbox.fault("deepgram", "dropped")
    with pytest.raises(httpx.RemoteProtocolError):
        _hear(client, audio)
    small_sandbox.fault("deepgram", "truncated")
    with pytest.raises((ApiError, ValueError)):
        _hear(client, audio)
    assert small_sandbox.calls("deepgram") == {"answered": 1, "rejected": 1, "free": 0, "faulted": 3}
