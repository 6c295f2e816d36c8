import pytest

from services.generation.identification import Languages
from shared.languages import LANGUAGES

SAMPLES = {
    "de": "Am Morgen gehen die Fischer zum Hafen und fahren hinaus.",
    "en": "In the morning the fishermen walk to the harbour.",
    "es": "Por la mañana los pescadores caminan hasta el puerto.",
    "fr": "Le matin, les pêcheurs marchent jusqu'au port.",
    "it": "La mattina i pescatori camminano fino al porto.",
    "ja": "朝、漁師たちは港まで歩いて行きます。",
    "pt": "De manhã os pescadores caminham até ao porto.",
}


@pytest.fixture(scope="module", name="languages")
def _languages() -> Languages:
    return Languages(LANGUAGES)


def test_there_is_a_sample_of_every_language() -> None:
    assert SAMPLES.keys() == LANGUAGES.keys()


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_language_of_a_sentence_is_identified(languages: Languages, code: str) -> None:
    assert languages.identify(SAMPLES[code]) == code


def test_no_other_language_is_ever_named(languages: Languages) -> None:
    assert languages.identify("Om morgenen går fiskerne ned til havnen i den lille by.") in LANGUAGES
