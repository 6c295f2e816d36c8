"""What every voice does: the fake, and Gemini's SDK through the sandbox."""

from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest

from services.tts.fake import FakeSpeech
from services.tts.gemini import GeminiSpeech
from services.tts.ports import Passage, Speech, SpokenAnswer
from services.tts.recording import samples_of
from shared.languages import LANGUAGES
from shared.settings import ProviderSettings
from tests.support.sandbox import RunningSandbox

TEXTS = {
    "de": "Der kleine Hund schläft heute den ganzen Tag im Garten.",
    "en": "The little dog sleeps in the garden all day long today.",
    "es": "El perro pequeño duerme hoy todo el día en el jardín.",
    "fr": "Le petit chien dort aujourd'hui toute la journée dans le jardin.",
    "it": "Il cagnolino dorme oggi tutto il giorno in giardino.",
    "pt": "O cãozinho dorme hoje o dia todo no jardim.",
    "ja": "小さい犬は今日一日中庭で寝ています。",
}


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


def passage(language: str, voice: str = "Kore") -> Passage:
    return Passage(text=TEXTS[language], voice=voice, locale=LANGUAGES[language].speech_locale)


def answered(speech: Speech, asked: Passage) -> SpokenAnswer:
    return msgspec.msgpack.decode(speech.speak(asked, seconds=20).body, type=SpokenAnswer)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_passes_the_gates(speech: Speech, language: str) -> None:
    samples = samples_of(answered(speech, passage(language)), TEXTS[language], language)
    assert samples.size > 24_000


def test_the_same_passage_sounds_the_same(speech: Speech) -> None:
    assert answered(speech, passage("de")) == answered(speech, passage("de"))


def test_another_voice_sounds_different(speech: Speech) -> None:
    assert answered(speech, passage("de")).audio != answered(speech, passage("de", voice="Puck")).audio


def test_the_answer_names_its_model_and_what_is_paid_for(speech: Speech) -> None:
    reply = speech.speak(passage("de"), seconds=20)
    assert reply.model
    assert reply.units["input_tokens"] > 0


def test_it_says_that_no_money_is_spent(speech: Speech) -> None:
    assert speech.sandbox
    assert speech.provider == "gemini"
