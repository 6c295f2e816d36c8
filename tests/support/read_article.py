"""Articles as the API gives them to a client, made from plain sentences."""

import re
from typing import Any

import msgspec

from services.cli.answers import ReadArticle

MS_A_WORD = 400
TOKEN = re.compile(r"\w+|[^\w\s]")

GERMAN = (
    (
        ("Am Samstag geht Anna auf den Markt.", "On Saturday Anna goes to the market."),
        ("Sie kauft frisches Brot und rote Äpfel.", "She buys fresh bread and red apples."),
    ),
    (("Der Mann am Stand lacht freundlich.", "The man at the stall laughs in a friendly way."),),
)
"""Two paragraphs of (sentence, translation)."""


def read_article(
    paragraphs: tuple[tuple[tuple[str, str], ...], ...] = GERMAN, *, title: str = "Auf dem Markt", **changes: object
) -> ReadArticle:
    """A finished article with every part; `changes` replace fields of the API's answer (`narration=None`)."""
    text = "\n\n".join(" ".join(sentence for sentence, _ in paragraph) for paragraph in paragraphs)
    sentences = _sentences(text, paragraphs)
    answer = _parts(len(sentences)) | {"title": title, "text": text, "sentences": sentences} | changes
    return msgspec.convert(answer, ReadArticle)


def _sentences(text: str, paragraphs: tuple[tuple[tuple[str, str], ...], ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    clock = reached = 0
    for place, paragraph in enumerate(paragraphs):
        for sentence, translation in paragraph:
            start = text.index(sentence, reached)
            reached = start + len(sentence)
            tokens = [_token(match, start, clock + place_ms) for place_ms, match in _spoken(sentence)]
            length = max((token["end_ms"] for token in tokens if token["end_ms"] is not None), default=clock) - clock
            found.append(
                {"index": len(found), "paragraph": place, "start": start, "end": reached, "text": sentence}
                | {"translation": translation, "start_ms": clock, "end_ms": clock + length, "tokens": tokens}
            )
            clock += length + MS_A_WORD
    return found


def _spoken(sentence: str) -> list[tuple[int, re.Match[str]]]:
    timed, clock = [], 0
    for match in TOKEN.finditer(sentence):
        timed.append((clock, match))
        clock += MS_A_WORD if match.group().isalnum() else 0
    return timed


def _token(match: re.Match[str], offset: int, clock: int) -> dict[str, Any]:
    word = match.group()
    token = {"start": offset + match.start(), "end": offset + match.end(), "text": word, "lemma": word.lower()}
    if not word.isalnum():
        return token | {"pos": "PUNCT", "pos_source": "model", "start_ms": None, "end_ms": None}
    facts = {"pos": "NOUN" if word.istitle() else "VERB", "pos_source": "model", "zipf": 4.5, "band": "4-5"}
    return token | facts | {"start_ms": clock, "end_ms": clock + MS_A_WORD}


def _parts(sentences: int) -> dict[str, Any]:
    profile = {
        "estimated_level": "A2",
        "band_shares": {"5+": 0.5, "4-5": 0.3, "3-4": 0.15, "0-3": 0.05},
        "mean_sentence_words": 6.5,
        "type_token_ratio": 0.8,
        "words": 6 * sentences,
        "sentences": sentences,
    }
    useful = {"lemma": "markt", "pos": "NOUN", "band": "4-5", "zipf": 4.5, "occurrences": 1, "sentence": 0}
    tagged = {"provider": "spacy", "model": "blank+hanta"}
    return {
        "id": "0192f0c1-0000-7000-8000-000000000001",
        "job_id": "0192f0c1-0000-7000-8000-000000000002",
        "language": "de",
        "native_language": "en",
        "level": "A2",
        "provenance": _sandbox("anthropic", "sandbox/bank/market-a2", source="sandbox bank: Auf dem Markt"),
        "annotation": {
            "engine": "blank+hanta",
            "profile": profile,
            "useful_words": [useful],
            "provenance": tagged,
        },
        "translation": {"language": "en", "provenance": _sandbox("deepl", "sandbox/bank")},
        "narration": {
            "url": "http://127.0.0.1:1/audio.mp3",
            "content_type": "audio/mpeg",
            "duration_ms": 8000,
            "voice": "Kore",
            "provenance": _sandbox("gemini", "sandbox/espeak-ng", voice="Kore"),
        },
        "alignment": {"coverage": 1.0, "warnings": [], "provenance": _sandbox("deepgram", "sandbox/memory")},
    }


def _sandbox(provider: str, model: str, **details: str) -> dict[str, Any]:
    return {"provider": provider, "model": model, "sandbox": True} | details
