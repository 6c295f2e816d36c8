from typing import Any
from uuid import uuid4

import msgspec

from services.api.articles.assembly import article_view
from shared.articles.model import LevelProfile, Provenance, Sentence, SentenceTiming, Token, UsefulWord
from tests.support.api import NOW

BY = Provenance(provider="spacy", model="blank+hanta")
TEXT = "Hallo! 😀 Tag."
SENTENCES = [
    Sentence(
        index=0,
        paragraph=0,
        start=0,
        end=6,
        text="Hallo!",
        tokens=[
            Token(start=0, end=5, text="Hallo", lemma="hallo", pos="INTJ", pos_source="hanta", zipf=5.1, band="5+"),
            Token(start=5, end=6, text="!", lemma="!", pos="PUNCT", pos_source="hanta"),
        ],
    ),
    Sentence(
        index=1,
        paragraph=0,
        start=7,
        end=13,
        text="😀 Tag.",
        tokens=[Token(start=9, end=12, text="Tag", lemma="Tag", pos="NOUN", pos_source="hanta", zipf=5.4, band="5+")],
    ),
]
PROFILE = LevelProfile(
    estimated_level="A1",
    band_shares={"5+": 1.0, "4-5": 0.0, "3-4": 0.0, "0-3": 0.0},
    mean_sentence_words=1.0,
    type_token_ratio=1.0,
    words=2,
    sentences=2,
)
WORDS = [UsefulWord(lemma="Tag", pos="NOUN", band="5+", zipf=5.4, occurrences=1, sentence=1)]
WRITTEN: dict[str, Any] = {
    "id": uuid4(),
    "job_id": uuid4(),
    "language": "de",
    "native_language": "en",
    "level": "A1",
    "title": "Hallo",
    "text": TEXT,
    "created_at": NOW,
    "provenance": msgspec.json.encode(Provenance(provider="anthropic", model="m", prompt_version="2")),
    **dict.fromkeys(("engine", "sentences", "profile", "useful_words", "annotation_provenance")),
    **dict.fromkeys(("translation_language", "translation_sentences", "translation_provenance")),
    **dict.fromkeys(("key", "duration_ms", "voice", "narration_provenance")),
    **dict.fromkeys(("alignment_sentences", "coverage", "warnings", "alignment_provenance")),
    "fit": None,
}
ANNOTATED = WRITTEN | {
    "engine": "blank+hanta",
    "sentences": msgspec.json.encode(SENTENCES),
    "profile": msgspec.json.encode(PROFILE),
    "useful_words": msgspec.json.encode(WORDS),
    "annotation_provenance": msgspec.json.encode(BY),
}
TRANSLATED = ANNOTATED | {
    "translation_language": "en",
    "translation_sentences": b'["Hello!", "Day."]',
    "translation_provenance": msgspec.json.encode(BY),
}
NARRATED = ANNOTATED | {
    "key": "job/narrate_text/t/article.mp3",
    "duration_ms": 2100,
    "voice": "Kore",
    "narration_provenance": msgspec.json.encode(BY),
}
ALIGNED = NARRATED | {
    "alignment_sentences": msgspec.json.encode(
        [SentenceTiming(time=(0, 700), tokens=[(0, 700), None]), SentenceTiming(time=None, tokens=[None])]
    ),
    "coverage": 0.5,
    "warnings": b'["sandbox_cannot_hear"]',
    "alignment_provenance": msgspec.json.encode(BY),
}


def sign(key: str, seconds: int) -> str:
    return f"https://objects/{key}?seconds={seconds}"


def test_text_can_be_read_before_anything_else_is_made() -> None:
    view = article_view(WRITTEN, sign, NOW)
    assert (view.title, view.text, view.provenance.prompt_version) == ("Hallo", TEXT, "2")
    assert (view.annotation, view.translation, view.narration, view.alignment) == (None, None, None, None)
    assert view.sentences == []


def test_annotated_article_has_sentences_without_translation_and_times() -> None:
    view = article_view(ANNOTATED, sign, NOW)
    assert view.annotation is not None
    assert (view.annotation.profile, view.annotation.useful_words) == (PROFILE, WORDS)
    first = view.sentences[0]
    assert (first.translation, first.start_ms, first.end_ms) == (None, None, None)
    token = first.tokens[0]
    assert (token.lemma, token.pos, token.band, token.zipf, token.start_ms) == ("hallo", "INTJ", "5+", 5.1, None)
    assert first.tokens[1].band is None


def test_offsets_join_back_to_the_text() -> None:
    view = article_view(ANNOTATED, sign, NOW)
    for sentence in view.sentences:
        assert view.text[sentence.start : sentence.end] == sentence.text
        for token in sentence.tokens:
            assert view.text[token.start : token.end] == token.text


def test_each_sentence_has_its_own_translation() -> None:
    view = article_view(TRANSLATED, sign, NOW)
    assert view.translation is not None
    assert view.translation.language == "en"
    assert [sentence.translation for sentence in view.sentences] == ["Hello!", "Day."]


def test_audio_has_an_address_that_lives_for_an_hour() -> None:
    view = article_view(NARRATED, sign, NOW)
    assert view.narration is not None
    assert view.narration.url == "https://objects/job/narrate_text/t/article.mp3?seconds=3600"
    assert (view.narration.expires_at - NOW).total_seconds() == 3600
    assert (view.narration.content_type, view.narration.duration_ms) == ("audio/mpeg", 2100)


def test_times_stand_at_their_sentences_and_words() -> None:
    view = article_view(ALIGNED, sign, NOW)
    assert view.alignment is not None
    assert (view.alignment.coverage, view.alignment.warnings) == (0.5, ["sandbox_cannot_hear"])
    first, second = view.sentences
    assert (first.start_ms, first.end_ms) == (0, 700)
    assert [(token.start_ms, token.end_ms) for token in first.tokens] == [(0, 700), (None, None)]
    assert (second.start_ms, second.tokens[0].end_ms) == (None, None)
