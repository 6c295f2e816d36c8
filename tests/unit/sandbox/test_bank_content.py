"""The real bank's wording: what every new user reads first must be whole, aligned, of its level and in its language."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache

import msgspec
import pytest

from services.generation.identification import Languages
from services.sandbox.lexicon import Concept
from services.sandbox.sentences import count_words, join_sentences, split_sentences, words
from services.sandbox.settings import BANK
from services.sandbox.text_bank import BankText, TextBank
from shared.languages import LANGUAGES

EUROPEAN = sorted(LANGUAGES.keys() - {"ja"})
ENOUGH_LETTERS = 40
KNOWN_WORDS = 0.68
"""Floor for the share of words of four letters and more that the lexicon knows; measured: 0.70 (de) to 0.92 (es)."""
LONGEST_MEAN = {"A2": 12.0, "B1": 17.0}
"""German and English words a sentence; measured: at most 10.9 and 15.8."""


@cache
def _texts() -> list[BankText]:
    return TextBank(BANK).texts


@cache
def _lexicon() -> list[Concept]:
    return msgspec.json.decode((BANK / "lexicon.json").read_bytes(), type=list[Concept])


def _rows(text: BankText) -> list[dict[str, str]]:
    return [row for paragraph in text.paragraphs for row in paragraph]


def _lines(text: BankText, language: str) -> list[str]:
    return [row[language] for row in _rows(text)]


def _mean_length(text: BankText, language: str) -> float:
    lengths = [count_words(line, language) for line in _lines(text, language)]
    return sum(lengths) / len(lengths)


@pytest.fixture(name="text", params=_texts(), ids=lambda text: text.id)
def _text(request: pytest.FixtureRequest) -> BankText:
    text: BankText = request.param
    return text


def test_there_are_three_texts_for_each_of_two_levels() -> None:
    assert Counter(text.level for text in _texts()) == {"A2": 3, "B1": 3}


def test_files_are_named_after_the_id_and_the_level() -> None:
    assert [file.stem for file in sorted((BANK / "texts").glob("*.json"))] == [text.id for text in _texts()]
    assert all(text.id.endswith(f"-{text.level.lower()}") for text in _texts())


def test_every_row_is_in_every_language(text: BankText) -> None:
    for row in (text.titles, *_rows(text)):
        assert row.keys() == LANGUAGES.keys()
        assert all(wording and wording == " ".join(wording.split()) for wording in row.values())


def test_no_wording_occurs_twice() -> None:
    for language in LANGUAGES:
        wordings = Counter(row[language].casefold() for text in _texts() for row in (text.titles, *_rows(text)))
        assert [wording for wording, times in wordings.items() if times > 1] == []


def test_length_fits_what_the_bank_is_for(text: BankText) -> None:
    assert 3 <= len(text.paragraphs) <= 4
    assert 12 <= len(_rows(text)) <= 18
    for language in ("de", "en"):
        assert 120 <= sum(count_words(line, language) for line in _lines(text, language)) <= 190
    for language in EUROPEAN:
        assert 120 <= sum(count_words(line, language) for line in _lines(text, language)) <= 220


@pytest.mark.parametrize("language", ["de", "en"])
def test_sentences_are_as_long_as_the_level_allows(text: BankText, language: str) -> None:
    assert _mean_length(text, language) <= LONGEST_MEAN[text.level]


@pytest.mark.parametrize("language", EUROPEAN)
def test_sentences_of_the_higher_level_are_longer(language: str) -> None:
    easy = [_mean_length(text, language) for text in _texts() if text.level == "A2"]
    harder = [_mean_length(text, language) for text in _texts() if text.level == "B1"]
    assert max(easy) < min(harder)


def test_sentences_stay_apart_when_a_paragraph_is_split_again(text: BankText) -> None:
    for language in LANGUAGES:
        for sentences in text.sentences(language):
            assert split_sentences(join_sentences(sentences, language), language) == sentences


def test_sentences_end_like_sentences_and_titles_do_not(text: BankText) -> None:
    for row in _rows(text):
        assert all(wording.endswith("。" if language == "ja" else ".") for language, wording in row.items())
        assert all(not any(mark in wording[:-1] for mark in ".。!?;:") for wording in row.values())
    assert all(title[-1].isalnum() for title in text.titles.values())


def test_every_sentence_is_in_the_language_it_says() -> None:
    identifier = Languages(LANGUAGES)
    wrong = [
        (text.id, language, line)
        for text in _texts()
        for language in LANGUAGES
        for line in _judged(text, language)
        if identifier.identify(line) != language
    ]
    assert wrong == []


def _judged(text: BankText, language: str) -> Iterator[str]:
    """Each sentence that is long enough to tell, and each paragraph."""
    for sentences in text.sentences(language):
        yield join_sentences(sentences, language)
        yield from (line for line in sentences if sum(map(str.isalpha, line)) >= ENOUGH_LETTERS)


def test_japanese_is_polite(text: BankText) -> None:
    polite = ("です。", "ます。", "ました。", "でした。", "ません。", "ませんでした。")
    assert all(line.endswith(polite) for line in _lines(text, "ja"))


def test_everything_is_composed_unicode_without_odd_spaces() -> None:
    for file in (*sorted((BANK / "texts").glob("*.json")), BANK / "lexicon.json"):
        raw = file.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", raw), file.name
        assert not [mark for mark in set(raw) if unicodedata.category(mark) in {"Cf", "Zl", "Zp"}], file.name
        assert {mark for mark in set(raw) if unicodedata.category(mark) == "Zs"} == {" "}, file.name


def test_keywords_are_many_and_told_apart(text: BankText) -> None:
    assert text.keywords.keys() == LANGUAGES.keys()
    for entries in text.keywords.values():
        assert 8 <= len(entries) <= 15
        assert len({entry.casefold() for entry in entries}) == len(entries)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_text_is_found_by_its_title(text: BankText, language: str) -> None:
    assert TextBank(BANK).ranked(text.titles[language], text.level)[0].id == text.id


def test_lexicon_rows_are_complete() -> None:
    assert len(_lexicon()) >= 350
    for concept in _lexicon():
        assert concept.keys() == LANGUAGES.keys()
        for forms in concept.values():
            assert forms
            assert all(form and form == " ".join(form.split()) for form in forms)
            assert all(mark.isalpha() or mark in " '-々ー" for form in forms for mark in form)


def test_no_form_belongs_to_two_concepts() -> None:
    for language in LANGUAGES:
        owners = Counter(form.casefold() for concept in _lexicon() for form in concept[language])
        assert [form for form, concepts in owners.items() if concepts > 1] == []


@pytest.mark.parametrize("language", EUROPEAN)
def test_lexicon_knows_most_words_of_the_bank(text: BankText, language: str) -> None:
    known = {form.casefold() for concept in _lexicon() for form in concept[language]}
    tokens = [part for line in _lines(text, language) for word in words(line) for part in _parts(word, known)]
    judged = [token for token in tokens if len(token) >= 4]
    assert sum(token in known for token in judged) / len(judged) >= KNOWN_WORDS


def _parts(word: str, known: set[str]) -> list[str]:
    """The word, or if the lexicon lacks it what its apostrophes and hyphens part: `l'eau`, `conta-lhe`."""
    return [word] if word in known else word.replace("-", "'").split("'")


@pytest.mark.parametrize("topic", ["la mer", "the sea", "am Meer", "il mare", "o mar", "el mar", "海"])
def test_a_short_word_that_names_a_text_finds_it(topic: str) -> None:
    about_the_sea = {"lighthouse-b1", "train-a2"}
    assert {text.id for text in TextBank(BANK).ranked(topic, "B1")[:2]} == about_the_sea
