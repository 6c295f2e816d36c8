"""A sentence is spoken by the fake and by Gemini's SDK through the sandbox, and the gates look at both."""

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO

import pytest
import soundfile  # type: ignore[import-untyped]  # publishes no types

from services.tts.fake import FakeSpeech
from services.tts.gemini import GeminiSpeech
from services.tts.ports import Speech
from services.tts.sentences import speak
from shared.languages import LANGUAGES
from shared.lexicon.model import SentenceToSpeak
from shared.settings import ProviderSettings
from tests.support.memory_blobs import MemoryBlobs
from tests.support.sandbox import RunningSandbox
from tests.support.step_run import MemoryRun

TEXTS = {"de": "Der Hund schläft im Garten.", "ja": "小さい犬は庭で寝ています。"}


@pytest.fixture(params=["fake", "gemini"])
def speech(request: pytest.FixtureRequest) -> Iterator[Speech]:
    if request.param == "fake":
        yield FakeSpeech()
        return
    sandbox: RunningSandbox = request.getfixturevalue("sandbox")
    settings = ProviderSettings(
        api_key="sandbox", base_url=sandbox.base_url("gemini"), model="gemini-3.8-flash-lite-tts"
    )
    with closing(GeminiSpeech(settings)) as gemini:
        yield gemini


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_it_is_an_mp3_that_says_what_it_is(speech: Speech, language: str) -> None:
    blobs, run = MemoryBlobs(), MemoryRun()
    sentence = SentenceToSpeak(language=language, text=TEXTS[language], spoken=False)
    audio = speak(sentence, None, run, speech, blobs)
    assert audio.key == run.key("sentence.mp3")
    content = blobs.get(audio.key)
    assert (audio.format, blobs.types[audio.key], audio.size) == ("audio/mpeg", "audio/mpeg", len(content))
    samples, rate = soundfile.read(BytesIO(content))
    assert audio.sample_rate == rate == 24_000
    assert abs(len(samples) * 1000 / rate - audio.duration_ms) <= 50
    assert audio.duration_ms > 500
    assert audio.provenance is not None
    assert (audio.provenance.provider, audio.provenance.sandbox) == ("gemini", True)
    assert audio.provenance.voice == LANGUAGES[language].voices[0]
