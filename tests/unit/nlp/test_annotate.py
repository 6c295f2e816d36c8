"""What a token says: lemma, part of speech and its source, Zipf value and band, reading."""

import pytest

from services.nlp.annotate import annotate
from services.nlp.pipelines import pipeline_for
from shared.articles.model import Annotation, Token
from shared.languages import LANGUAGES
from shared.lexicon.kana import hiragana

ENGINES = {
    "de": ("blank+hanta", "hanta"),
    "en": ("blank+hanta", "hanta"),
    "es": ("blank+simplemma", "heuristic"),
    "fr": ("blank+simplemma", "heuristic"),
    "it": ("blank+simplemma", "heuristic"),
    "pt": ("blank+simplemma", "heuristic"),
    "ja": ("blank+sudachi", "sudachi"),
}


def annotated(text: str, language: str) -> Annotation:
    return annotate(text, "A2", pipeline_for(language))


def token(word: str, text: str, language: str) -> Token:
    tokens = [token for sentence in annotated(text, language).sentences for token in sentence.tokens]
    return next(token for token in tokens if token.text == word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_engine_and_source_are_named(language: str) -> None:
    annotation = annotated("A.", language)
    sources = {token.pos_source for token in annotation.sentences[0].tokens}
    assert (annotation.engine, sources) == (ENGINES[language][0], {ENGINES[language][1]})
    assert annotation.provenance.provider == "spacy"
    assert any(letter.isdecimal() for letter in annotation.provenance.model)


def test_the_zipf_value_is_that_of_the_lemma() -> None:
    went = token("went", "She went home.", "en")
    assert (went.lemma, went.zipf, went.band) == ("go", token("go", "They go home.", "en").zipf, "5+")


def test_a_rare_word_is_in_the_lowest_band() -> None:
    assert token("Fernweh", "Ich habe Fernweh.", "de").band == "0-3"


@pytest.mark.parametrize("word", [".", "8.30", "😀", "http://a.example/b", "x" * 60])
def test_what_is_no_word_has_neither_zipf_value_nor_band(word: str) -> None:
    found = token(word, f"Um {word} Uhr {word} .", "de")
    assert (found.zipf, found.band) == (None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_endless_word_costs_no_endless_time(language: str) -> None:
    tokens = annotated("ab" * 20_000, language).sentences[0].tokens
    assert tokens[0].start == 0


def test_japanese_words_have_readings_in_hiragana() -> None:
    tokens = annotated("図書館で本を借りる。", "ja").sentences[0].tokens
    assert [(token.text, token.reading) for token in tokens] == [
        ("図書館", "としょかん"),
        ("で", "で"),
        ("本", "ほん"),
        ("を", "を"),
        ("借りる", "かりる"),
        ("。", None),
    ]


def test_japanese_zipf_values_need_no_second_tokenizer() -> None:
    assert token("本", "本を読む。", "ja").band == "5+"


def test_japanese_text_longer_than_sudachi_takes_at_once_is_read_in_pieces() -> None:
    text = "はい。" + "\u3000" * 20_000 + "いいえ。"  # Sudachi refuses more than 49 149 bytes
    assert [sentence.text for sentence in annotated(text, "ja").sentences] == ["はい。", "いいえ。"]


@pytest.mark.parametrize(
    ("katakana", "expected"), [("ヴァイオリン", "ゔぁいおりん"), ("コーヒー", "こーひー"), ("。", None), ("", None)]
)
def test_only_kana_is_a_reading(katakana: str, expected: str | None) -> None:
    assert hiragana(katakana) == expected


def test_a_verb_after_a_japanese_te_form_is_an_auxiliary() -> None:
    assert token("いる", "犬が遊んでいる。", "ja").pos == "AUX"
    assert token("いる", "犬がいる。", "ja").pos == "VERB"


def test_a_quote_does_not_make_a_noun_of_its_first_word() -> None:
    assert token("Weiß", "„Weiß er es?“", "de").lemma == "wissen"


def test_lemmas_are_spelt_as_today() -> None:
    assert token("Schluss", "Zum Schluss tanzen wir.", "de").lemma == "Schluss"
    assert token("Straßen", "Die Straßen sind leer.", "de").lemma == "Straße"


def test_german_words_in_lower_case_are_no_nouns() -> None:
    found = token("dichter", "Ein dichter Nebel stieg auf.", "de")
    assert (found.pos, found.lemma) == ("ADJ", "dicht")


def test_english_have_is_an_auxiliary_only_before_a_verb() -> None:
    assert token("have", "They have a dog.", "en").pos == "VERB"
    assert token("have", "They have never seen it.", "en").pos == "AUX"


@pytest.mark.parametrize(
    ("language", "text", "word", "expected"),
    [
        ("es", "Quiere despedirse de Ana.", "despedirse", ("VERB", "despedir")),
        ("es", "Dímelo ahora.", "Dímelo", ("VERB", "decir")),
        ("es", "Las flores son bonitas.", "flores", ("NOUN", "flor")),
        ("es", "Vive cerca del mar.", "mar", ("NOUN", "mar")),
        ("es", "Sacó la lámpara, la encendió y subió.", "encendió", ("VERB", "encender")),
        ("es", "Luego me habla de su infancia.", "habla", ("VERB", "hablar")),
        ("fr", "Il sourit en entrant.", "entrant", ("VERB", "entrer")),
        ("fr", "Le train est parti.", "parti", ("VERB", "partir")),
        ("fr", "Elle leur racontait une histoire.", "leur", ("PRON", "leur")),
        ("fr", "Leur maison est grande.", "Leur", ("DET", "leur")),
        ("it", "Dimmelo subito!", "Dimmelo", ("VERB", "dire")),
        ("it", "Vive a Roma con Anna.", "Roma", ("PROPN", "Roma")),
        ("pt", "Começou a chover.", "a", ("ADP", "a")),
        ("pt", "Fechou a porta.", "a", ("DET", "o")),
        ("pt", "É uma história muito antiga.", "muito", ("ADV", "muito")),
        ("pt", "Disse-me tudo.", "-me", ("PRON", "me")),
    ],
)
def test_romance_words_are_read_by_form_and_neighbours(
    language: str, text: str, word: str, expected: tuple[str, str]
) -> None:
    found = token(word, text, language)
    assert (found.pos, found.lemma) == expected
