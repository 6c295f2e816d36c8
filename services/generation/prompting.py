"""From a request to the order that the writer gets. Pure but for `load_prompt`, which reads a file of this package.

A prompt is one file of `prompts/`, named with its version; a changed prompt is a new file, so that an article's
provenance says exactly what its writer was told.
"""

import html
import unicodedata
from collections.abc import Mapping
from importlib import resources

import msgspec

from services.generation.gates import Draft
from services.generation.ports import Order
from services.generation.schemas import schema_of
from services.generation.words import count_words
from shared.articles.model import DEFAULT_LENGTH, ArticleRequest

WRITE_ARTICLE = "write_article.v2"
ANALYSE_WORD = "analyse_word.v1"
_ROOM = 4_000  # tokens for thinking and for the JSON around the text
_TOKENS_A_WORD = 8
"""Room for twice the asked length at four tokens a word, which is more than any of our languages takes."""


class Prompt(msgspec.Struct, frozen=True):
    """A system prompt and the name under which it goes into provenance."""

    version: str
    text: str


class Prompts(msgspec.Struct, frozen=True, kw_only=True):
    """What the writer is told, by what is written."""

    article: Prompt
    word: Prompt


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What the article is made from: a text or a topic, and whose it is."""

    source_text: str | None = None
    topic: str | None = None
    origin: str | None = None


def load_prompt(version: str) -> Prompt:
    """Read a prompt's file.

    Raises:
        FileNotFoundError: There is no such version.
    """
    file = resources.files("services.generation") / "prompts" / f"{version}.md"
    return Prompt(version, file.read_text(encoding="utf-8"))


def asked_length(request: ArticleRequest) -> int:
    """Words the article should have."""
    return request.length or DEFAULT_LENGTH[request.level]


def source_words(material: Material, language: str) -> int | None:
    """How many words the source has, or null if there is only a topic."""
    return None if material.source_text is None else count_words(material.source_text, language)


def article_order(prompt: Prompt, request: ArticleRequest, material: Material, avoid: tuple[str, ...] = ()) -> Order:
    """The order for an article; `avoid` are words that made an earlier version too hard."""
    length = asked_length(request)
    fields = {
        "source_text": material.source_text,
        "topic": material.topic,
        "language": request.language,
        "level": request.level,
        "length": str(length),
        "words_to_use": ", ".join(request.words_to_use),
        "words_to_avoid": ", ".join(avoid),
    }
    return Order(
        system=prompt.text,
        user=form(fields),
        schema=schema_of(Draft),
        max_tokens=_ROOM + _TOKENS_A_WORD * length,
    )


def form(fields: Mapping[str, str | None]) -> str:
    """What is asked, tag by tag. What people gave is escaped, so that it cannot end its tag and speak for us."""
    return "\n".join(f"<{tag}>{_as_data(text)}</{tag}>" for tag, text in fields.items() if text)


def _as_data(text: str) -> str:
    """Without control characters, every sort of line end a line feed, and with no tag in it."""
    lines = "\n".join(text.splitlines())
    visible = "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return html.escape(visible, quote=False)
