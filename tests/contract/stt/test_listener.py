"""What every listener does: the fake, and Deepgram's SDK through the sandbox, which hears what it spoke."""

from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest

from services.stt.deepgram import DeepgramListener
from services.stt.fake import FakeListener
from services.stt.matching import match
from services.stt.ports import HeardWord, Listener, Transcript
from shared.languages import LANGUAGES
from shared.settings import ProviderSettings
from tests.support.narration import SENTENCES, Recording, record
from tests.support.sandbox import RunningSandbox

pytestmark = pytest.mark.filterwarnings(
    # The SDK's WebSocket part, which is imported along and which we do not use.
    "ignore:websockets.legacy is deprecated:DeprecationWarning",
    "ignore:websockets.exceptions.InvalidStatusCode is deprecated:DeprecationWarning",
)


@pytest.fixture(scope="session")
def recordings(sandbox_server: RunningSandbox) -> dict[str, Recording]:
    """One sentence a language, spoken by the sandbox."""
    sandbox_server.clear()
    return {language: record(sandbox_server, language) for language in SENTENCES}


@pytest.fixture(params=["fake", "deepgram"])
def listener(request: pytest.FixtureRequest, recordings: dict[str, Recording]) -> Iterator[Listener]:
    if request.param == "fake":
        yield FakeListener({one.flac: evenly(SENTENCES[language], one) for language, one in recordings.items()})
        return
    sandbox: RunningSandbox = request.getfixturevalue("sandbox")
    settings = ProviderSettings(api_key="sandbox", base_url=sandbox.base_url("deepgram"), model="")
    with closing(DeepgramListener(settings)) as deepgram:
        yield deepgram


def evenly(tokens: list[str], recording: Recording) -> list[HeardWord]:
    """The words of a sentence, equally long."""
    step = recording.duration_ms // len(tokens)
    return [HeardWord(word, place * step, (place + 1) * step) for place, word in enumerate(tokens) if word.isalnum()]


def heard(listener: Listener, audio: bytes, language: str) -> Transcript:
    return msgspec.json.decode(listener.listen(audio, LANGUAGES[language], seconds=20).body, type=Transcript)


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_a_sentence_is_heard_word_by_word(listener: Listener, recordings: dict[str, Recording], language: str) -> None:
    recording = recordings[language]
    transcript = heard(listener, recording.flac, language)
    tokens = SENTENCES[language]
    matching = match(tokens, transcript.words, recording.duration_ms, by_letter=language == "ja")
    assert matching.matched == matching.words
    assert transcript.warnings == []
    starts = [time[0] for time in matching.times if time]
    assert starts == sorted(set(starts))


def test_unknown_audio_gets_no_words_but_a_warning(listener: Listener) -> None:
    transcript = heard(listener, b"no audio at all", "de")
    assert transcript.words == []
    assert transcript.warnings[0].startswith("sandbox_cannot_hear: ")


def test_the_answer_names_its_model_and_the_length_that_is_paid_for(
    listener: Listener, recordings: dict[str, Recording]
) -> None:
    reply = listener.listen(recordings["de"].flac, LANGUAGES["de"], seconds=20)
    assert reply.model
    assert 0.8 <= reply.units["audio_ms"] / recordings["de"].duration_ms <= 1.01


def test_each_language_has_its_model(listener: Listener) -> None:
    assert listener.model(LANGUAGES["de"]) == "nova-3"


def test_it_says_that_no_money_is_spent(listener: Listener) -> None:
    assert listener.sandbox
    assert listener.provider == "deepgram"
