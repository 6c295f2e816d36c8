"""Puts an article's parts together: sentences with their translations and times. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from services.api.articles.schemas import (
    AlignmentView,
    AnnotationView,
    ArticleView,
    NarrationView,
    SentenceView,
    TokenView,
    TranslationView,
)
from services.api.database import Row
from shared.articles.model import (
    Coverage,
    LevelProfile,
    Provenance,
    Sentence,
    SentenceTiming,
    Timing,
    Token,
    UsefulWord,
)

AUDIO_LIFE = timedelta(hours=1)
"""How long the address of the audio can be used."""

_provenance = msgspec.json.Decoder(Provenance).decode
_sentences = msgspec.json.Decoder(list[Sentence]).decode
_texts = msgspec.json.Decoder(list[str]).decode
_timings = msgspec.json.Decoder(list[SentenceTiming]).decode
_profile = msgspec.json.Decoder(LevelProfile).decode
_coverage = msgspec.json.Decoder(Coverage).decode
_useful_words = msgspec.json.Decoder(list[UsefulWord]).decode


def article_view(row: Row, sign: Callable[[str, int], str], now: datetime) -> ArticleView:
    """The article as clients see it.

    Args:
        row: As `queries.article_row` gives it.
        sign: Makes an address from an object key that lives for so many seconds.
        now: The time, for the expiry of the audio's address.
    """
    return ArticleView(
        id=row["id"],
        job_id=row["job_id"],
        language=row["language"],
        native_language=row["native_language"],
        level=row["level"],
        title=row["title"],
        text=row["text"],
        created_at=row["created_at"],
        provenance=_provenance(row["provenance"]),
        annotation=_annotation(row),
        translation=_translation(row),
        narration=_narration(row, sign, now),
        alignment=_alignment(row),
        coverage=None if row["fit"] is None else _coverage(row["fit"]),
        sentences=_sentence_views(row),
    )


def _annotation(row: Row) -> AnnotationView | None:
    if row["engine"] is None:
        return None
    return AnnotationView(
        engine=row["engine"],
        profile=_profile(row["profile"]),
        useful_words=_useful_words(row["useful_words"]),
        provenance=_provenance(row["annotation_provenance"]),
    )


def _translation(row: Row) -> TranslationView | None:
    if row["translation_language"] is None:
        return None
    return TranslationView(language=row["translation_language"], provenance=_provenance(row["translation_provenance"]))


def _narration(row: Row, sign: Callable[[str, int], str], now: datetime) -> NarrationView | None:
    if row["key"] is None:
        return None
    return NarrationView(
        url=sign(row["key"], int(AUDIO_LIFE.total_seconds())),
        content_type="audio/mpeg",
        duration_ms=row["duration_ms"],
        voice=row["voice"],
        expires_at=now + AUDIO_LIFE,
        provenance=_provenance(row["narration_provenance"]),
    )


def _alignment(row: Row) -> AlignmentView | None:
    if row["coverage"] is None:
        return None
    return AlignmentView(
        coverage=row["coverage"],
        warnings=_texts(row["warnings"]),
        provenance=_provenance(row["alignment_provenance"]),
    )


def _sentence_views(row: Row) -> list[SentenceView]:
    if row["sentences"] is None:
        return []
    sentences = _sentences(row["sentences"])
    translated, timed = row["translation_sentences"], row["alignment_sentences"]
    translations: list[str | None] = [*_texts(translated)] if translated else [None] * len(sentences)
    timings = _timings(timed) if timed else [_untimed(sentence) for sentence in sentences]
    return [
        _sentence(sentence, translation, timing)
        for sentence, translation, timing in zip(sentences, translations, timings, strict=True)
    ]


def _untimed(sentence: Sentence) -> SentenceTiming:
    return SentenceTiming(time=None, tokens=[None] * len(sentence.tokens))


def _sentence(sentence: Sentence, translation: str | None, timing: SentenceTiming) -> SentenceView:
    start_ms, end_ms = timing.time or (None, None)
    return SentenceView(
        index=sentence.index,
        paragraph=sentence.paragraph,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        translation=translation,
        start_ms=start_ms,
        end_ms=end_ms,
        tokens=[_token(token, time) for token, time in zip(sentence.tokens, timing.tokens, strict=True)],
    )


def _token(token: Token, time: Timing | None) -> TokenView:
    start_ms, end_ms = time or (None, None)
    return TokenView(
        start=token.start,
        end=token.end,
        text=token.text,
        lemma=token.lemma,
        pos=token.pos,
        pos_source=token.pos_source,
        zipf=token.zipf,
        band=token.band,
        reading=token.reading,
        start_ms=start_ms,
        end_ms=end_ms,
    )
