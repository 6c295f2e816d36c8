import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from services.cli.answers import ReadArticle
from services.cli.page.document import embedded_json, render
from tests.support.read_article import GERMAN, read_article

MP3 = b"\xff\xfb not really an MP3"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


class Page(HTMLParser):
    """The page's elements and the text of its scripts and styles."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self._inside: str | None = None
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self._inside = (attributes.get("id") or tag) if tag in {"script", "style", "title"} else None

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside] = self.raw.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  HTMLParser calls it
        self._inside = None

    @property
    def article(self) -> Any:
        return json.loads(self.raw["article-data"])

    @property
    def policy(self) -> str:
        return next(a["content"] or "" for t, a in self.tags if t == "meta" and a.get("http-equiv"))


def page(article: ReadArticle, audio: bytes | None = MP3) -> Page:
    return Page(render(article, audio))


def text_of(content: Any) -> str:
    """The article as the script puts it together."""
    paragraphs = [
        "".join(
            sentence["gap"] + "".join(p if isinstance(p, str) else p["text"] for p in sentence["pieces"])
            for sentence in paragraph
        )
        for paragraph in content["paragraphs"]
    ]
    return "\n\n".join(paragraphs)


def words_of(content: Any) -> list[Any]:
    sentences = [sentence for paragraph in content["paragraphs"] for sentence in paragraph]
    return [piece for sentence in sentences for piece in sentence["pieces"] if not isinstance(piece, str)]


def test_every_word_has_lemma_part_of_speech_band_and_times() -> None:
    markt = next(word for word in words_of(page(read_article()).article) if word["text"] == "Markt")

    assert markt == {
        "text": "Markt",
        "lemma": "markt",
        "pos": "noun",
        "band": 1,
        "rarity": "common (Zipf 4-5)",
        "reading": None,
        "start": 2400,
        "end": 2800,
    }


def test_sentences_carry_translation_and_times() -> None:
    first = page(read_article()).article["paragraphs"][0][0]

    assert first["translation"] == "On Saturday Anna goes to the market."
    assert (first["start"], first["end"]) == (0, 2800)


@pytest.mark.parametrize(
    "sentences",
    [
        GERMAN,
        ((("Ein 😀 lacht, und 👩‍👩‍👧 winken.", "Smile"), ("Danach 🍎 essen.", "Eat")),),
        ((("مرحبا يا صديقي، كيف حالك؟", "Hello"), ("شكرا!", "Thanks")),),
        ((("e\u0301te\u0301 a\u0300 Paris.", "Summer"),),),
    ],
)
def test_the_pieces_join_back_to_the_exact_text(sentences: Any) -> None:
    article = read_article(sentences)

    content = page(article).article

    assert text_of(content) == article.text
    assert all(word["text"].isalnum() or "\u0301" in word["text"] for word in words_of(content))


def test_punctuation_cannot_be_tapped() -> None:
    assert not [word for word in words_of(page(read_article()).article) if word["text"] in ".,!?"]


def test_hostile_text_stays_text() -> None:
    article = read_article((((f"Er sagte {HOSTILE} laut.", HOSTILE),),), title=f"</title>{HOSTILE}")

    shown = page(article)

    assert text_of(shown.article) == article.text
    assert shown.article["title"] == f"</title>{HOSTILE}"
    assert [tag for tag, _ in shown.tags].count("script") == 3
    assert "img" not in {tag for tag, _ in shown.tags}


def test_embedded_json_has_no_character_that_ends_a_script_or_a_line() -> None:
    value = {"text": "</script><!-- & \u2028\u2029"}

    embedded = embedded_json(value)

    assert not re.search("[<>&\u2028\u2029]", embedded)
    assert json.loads(embedded) == value


def test_the_script_reads_nothing_as_markup() -> None:
    script = page(read_article()).raw["script"]

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", script)


def test_the_policy_allows_the_pages_own_script_and_style_and_no_address() -> None:
    shown = page(read_article())

    def allowed(part: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(shown.raw[part].encode()).digest()).decode()}'"

    assert shown.policy.split("; ") == [
        "default-src 'none'",
        f"script-src {allowed('script')}",
        f"style-src {allowed('style')}",
        "media-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_nothing_is_fetched() -> None:
    source = render(read_article(), MP3)
    fetching = [
        (tag, attributes) for tag, attributes in Page(source).tags if attributes.keys() & {"src", "href", "srcset"}
    ]

    assert not fetching
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\(|fetch\(|XMLHttpRequest|WebSocket", source)


def test_no_style_attribute_is_needed() -> None:
    assert not [tag for tag, attributes in page(read_article()).tags if "style" in attributes]


def test_the_audio_is_embedded_and_unchanged() -> None:
    shown = page(read_article())

    assert base64.b64decode(shown.raw["audio-data"]) == MP3
    assert shown.article["audio"] == {"content_type": "audio/mpeg", "duration_ms": 8000}


def test_without_audio_there_is_no_player() -> None:
    shown = page(read_article(), audio=None)

    assert shown.article["audio"] is None
    assert "audio-data" not in shown.raw


def test_a_text_alone_is_a_page_too() -> None:
    article = read_article(sentences=[], annotation=None, translation=None, narration=None, alignment=None)

    content = page(article, audio=None).article

    assert text_of(content) == article.text
    assert (content["useful_words"], content["profile"]) == ([], None)
    assert [origin["what"] for origin in content["origins"]] == ["Text"]


def test_translations_and_times_may_be_missing() -> None:
    sentences = [
        {"index": 0, "paragraph": 0, "start": 0, "end": 5, "text": "Hallo"}
        | {"tokens": [{"start": 0, "end": 5, "text": "Hallo", "lemma": "hallo", "pos": "INTJ"}]}
    ]

    content = page(read_article(text="Hallo", sentences=sentences, translation=None, alignment=None)).article

    assert content["paragraphs"][0][0]["translation"] is None
    assert words_of(content)[0]["start"] is None
    assert words_of(content)[0]["band"] is None


def japanese(text: str, **facts: Any) -> ReadArticle:
    token = {"start": 0, "end": len(text), "text": text, "lemma": text} | facts
    sentence = {"index": 0, "paragraph": 0, "start": 0, "end": len(text), "text": text, "tokens": [token]}
    return read_article(text=text, language="ja", sentences=[sentence])


@pytest.mark.parametrize(("text", "reading", "shown"), [("日本", "にほん", "にほん"), ("は", "は", None)])
def test_readings_are_shown_where_they_say_something(text: str, reading: str, shown: str | None) -> None:
    content = page(japanese(text, pos="NOUN", reading=reading)).article

    assert words_of(content)[0]["reading"] == shown


def test_what_stands_after_a_japanese_word_is_no_preposition() -> None:
    assert words_of(page(japanese("は", pos="ADP")).article)[0]["pos"] == "particle"


def test_a_guessed_part_of_speech_is_called_probable() -> None:
    token = {"start": 0, "end": 3, "text": "rot", "lemma": "rot", "pos": "ADJ", "pos_source": "heuristic"}
    sentence = {"index": 0, "paragraph": 0, "start": 0, "end": 3, "text": "rot", "tokens": [token]}

    content = page(read_article(text="rot", sentences=[sentence])).article

    assert words_of(content)[0]["pos"] == "probably adjective"


def test_the_page_says_where_each_part_comes_from() -> None:
    origins = {origin["what"]: origin["whence"] for origin in page(read_article()).article["origins"]}

    assert list(origins) == ["Text", "Words", "Translation", "Voice", "Timings"]
    assert origins["Voice"] == "the sandbox in place of gemini, sandbox/espeak-ng, voice Kore"


def test_the_page_names_language_level_length_and_duration() -> None:
    assert page(read_article()).article["facts"] == "German · A2 · 18 words · 0:08"


def test_only_ten_useful_words_are_listed() -> None:
    article = read_article()
    assert article.annotation is not None
    word = json.loads('{"lemma":"markt","pos":"NOUN","band":"4-5","zipf":4.5,"occurrences":1,"sentence":0}')
    annotation = {
        "engine": "e",
        "profile": {
            name: getattr(article.annotation.profile, name) for name in article.annotation.profile.__struct_fields__
        },
        "useful_words": [word] * 15,
        "provenance": {"provider": "spacy", "model": "blank"},
    }

    assert len(page(read_article(annotation=annotation)).article["useful_words"]) == 10
