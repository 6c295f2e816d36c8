"""The tables and rules for words: universal parts of speech, infinitives, clitics, word lists, bands."""

import pytest
from HanTa.HanoverTagger import HanoverTagger  # type: ignore[import-untyped]  # ships no types

from services.nlp.frequency import zipf
from services.nlp.part_of_speech import from_c5, from_stts, of_no_word
from services.nlp.romance_verbs import is_verb, of_gerund, without_clitics
from services.nlp.word_lists import word_lists
from shared.lexicon.bands import BANDS, band_of

UNIVERSAL = frozenset(
    {"ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "SCONJ", "VERB"}
)
NO_WORDS = {
    "de": {"$(", "$,", "$.", "FM", "TRUNC", "XY", "UNKNOWN"},
    "en": {"PUL", "PUN", "PUQ", "PUR", "!!!", "IN", "UNC", "ZZ0", "UNKNOWN"},
}


@pytest.mark.parametrize(("language", "model"), [("de", "morphmodel_ger.pgz"), ("en", "morphmodel_en.pgz")])
def test_every_tag_that_hanta_may_give_a_word_has_a_universal_part_of_speech(language: str, model: str) -> None:
    names = HanoverTagger(model).int2tag.values()
    tags = {name.removeprefix("END_") for name in names if name.startswith("END_")} - NO_WORDS[language]
    convert = from_stts if language == "de" else from_c5
    assert {tag for tag in tags if convert(tag) not in UNIVERSAL} == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("8.30", "NUM"), ("-5", "NUM"), ("20%", "NUM"), ("1998", "NUM"), ("3.", "NUM"), ("»", "PUNCT"),
        ("...", "PUNCT"), ("。", "PUNCT"),
        ("😀", "SYM"), ("$", "SYM"), ("\u200b", "X"), ("Haus", None), ("3D", None), ("犬", None),
    ],
)  # fmt: skip
def test_what_is_no_word_is_known_by_its_signs(text: str, kind: str | None) -> None:
    assert of_no_word(text) == kind


@pytest.mark.parametrize(
    ("language", "verbs", "others"),
    [
        ("es", ["cantar", "comer", "vivir", "ir", "tener"], ["mar", "lugar", "mujer", "casa", "color"]),
        ("fr", ["chanter", "finir", "prendre", "voir", "aller"], ["mer", "hiver", "livre", "maison", "lettre"]),
        ("it", ["cantare", "vedere", "finire", "fare"], ["mare", "cuore", "casa", "fiore"]),
        ("pt", ["cantar", "comer", "partir", "pôr", "ir"], ["mar", "lugar", "mulher", "casa", "flor"]),
    ],
)
def test_an_infinitive_is_told_from_a_noun_with_its_ending(language: str, verbs: list[str], others: list[str]) -> None:
    assert [word for word in verbs if not is_verb(word, language)] == []
    assert [word for word in others if is_verb(word, language)] == []


@pytest.mark.parametrize(
    ("language", "word", "verb"),
    [
        ("es", "despedirse", "despedir"),
        ("es", "dámelo", "dar"),
        ("es", "perlas", None),
        ("es", "mujeres", None),
        ("it", "dimmelo", "dire"),
        ("it", "vederlo", "vedere"),
        ("it", "perla", None),
        ("it", "stalla", None),
        ("fr", "parle", None),
    ],
)
def test_pronouns_at_the_end_of_a_verb_are_found(language: str, word: str, verb: str | None) -> None:
    assert without_clitics(word, language) == verb


def test_the_infinitive_of_a_french_gerund() -> None:
    assert [of_gerund(form) for form in ("entrant", "finissant", "enfant")] == ["entrer", None, None]


@pytest.mark.parametrize("language", ["es", "fr", "it", "pt"])
def test_word_lists_hold_universal_parts_of_speech_in_lower_case(language: str) -> None:
    lists = word_lists(language)
    assert set(lists.closed_class) <= UNIVERSAL
    assert [form for form in lists.readings() if form != form.lower()] == []
    assert lists.readings()["no" if language in {"es", "it"} else "non" if language == "fr" else "não"][0].pos == "ADV"


def test_a_boundary_belongs_to_the_more_frequent_band() -> None:
    assert [band_of(value) for value in (5.0, 4.99, 4.0, 3.99, 3.0, 2.99, 0.0)] == [
        BANDS[0], BANDS[1], BANDS[1], BANDS[2], BANDS[2], BANDS[3], BANDS[3],
    ]  # fmt: skip


def test_frequent_words_have_higher_values() -> None:
    assert zipf("Haus", "de") > zipf("Fernweh", "de") > zipf("Fernwehhaus", "de") == 0.0
    assert zipf("本", "ja") > zipf("図書館", "ja") > 3
