"""What an article prompt asks for, read from the XML tags of its user message."""

import html
import re

import msgspec

_TAG = re.compile(r"<(source_text|topic|language|level|length)>(.*?)</\1>", re.DOTALL)
_DEFAULT_LENGTH = 150  # words


class ArticlePrompt(msgspec.Struct, frozen=True, kw_only=True):
    """An order for an article: a text to adapt, or a topic."""

    language: str
    level: str
    length: int
    source_text: str | None = None
    topic: str = ""


def read_article_prompt(text: str) -> ArticlePrompt | None:
    """The order in a user message, or `None` if it is something else. Entities such as `&lt;` are resolved."""
    tags = {name: html.unescape(content).strip() for name, content in _TAG.findall(text)}
    if "language" not in tags or not ("source_text" in tags or "topic" in tags):
        return None
    length = tags.get("length", "")
    return ArticlePrompt(
        language=tags["language"],
        level=tags.get("level", "A1"),
        length=int(length) if length.isascii() and length.isdigit() else _DEFAULT_LENGTH,
        source_text=tags.get("source_text"),
        topic=tags.get("topic", ""),
    )
