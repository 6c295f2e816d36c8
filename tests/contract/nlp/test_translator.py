"""What every translator does: the fake, and DeepL's SDK through the sandbox."""

from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest

from services.nlp.deepl import DeepLTranslator
from services.nlp.fake import FakeTranslator
from services.nlp.ports import Batch, TranslatedAnswer, Translator
from shared.languages import LANGUAGES
from shared.settings import ProviderSettings
from tests.support.sandbox import RunningSandbox


@pytest.fixture(params=["fake", "deepl"])
def translator(request: pytest.FixtureRequest) -> Iterator[Translator]:
    if request.param == "fake":
        yield FakeTranslator()
        return
    sandbox: RunningSandbox = request.getfixturevalue("sandbox")
    settings = ProviderSettings(api_key="sandbox", base_url=sandbox.base_url("deepl"), model="prefer_quality_optimized")
    with closing(DeepLTranslator(settings)) as deepl:
        yield deepl


def batch(*sentences: str, source: str = "DE", target: str = "EN-GB") -> Batch:
    return Batch(source=source, target=target, sentences=sentences, context=" ".join(sentences))


def translated(translator: Translator, asked: Batch) -> list[str]:
    reply = translator.translate(asked, seconds=20)
    return msgspec.msgpack.decode(reply.body, type=TranslatedAnswer).sentences


def test_as_many_sentences_come_back_as_were_sent(translator: Translator) -> None:
    sentences = translated(translator, batch(*(f"Das ist Satz {number}." for number in range(50))))
    assert len(sentences) == 50
    assert all(sentences)


def test_order_is_kept(translator: Translator) -> None:
    one, two = "Das ist ein Hund.", "Die Katze schläft."
    assert translated(translator, batch(one, two)) == list(reversed(translated(translator, batch(two, one))))


def test_the_characters_of_the_sentences_are_paid_and_the_context_is_not(translator: Translator) -> None:
    reply = translator.translate(batch("Hallo, Welt!", "Ja."), seconds=20)
    assert reply.units == {"characters": 15}
    assert reply.model


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_language_of_ours_is_a_source_and_a_target(translator: Translator, language: object) -> None:
    pairs = translator.pairs(seconds=20)
    assert language.deepl_source in pairs.sources  # type: ignore[attr-defined]  # a row of LANGUAGES
    assert language.deepl_target in pairs.targets  # type: ignore[attr-defined]  # as above


def test_languages_nobody_translates_are_in_no_pair(translator: Translator) -> None:
    pairs = translator.pairs(seconds=20)
    assert "TLH" not in pairs.sources | pairs.targets
    assert "EN" not in pairs.targets  # by region only
