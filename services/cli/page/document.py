"""The article as one self-contained HTML file: text, audio, style and script inside, nothing fetched."""

import base64
import hashlib
import html
from importlib import resources
from string import Template

import msgspec

from services.cli.answers import ReadArticle
from services.cli.page.content import content_of

_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render(article: ReadArticle, audio: bytes | None) -> str:
    """The page of `article`; without `audio` (the narration's bytes) it has no player.

    The policy in its head allows the page's own script and style (by their hashes) and the embedded audio, and no
    address at all.
    """
    style, script = _part("page.css"), _part("page.js")
    return Template(_part("page.html")).substitute(
        policy=(
            f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; media-src blob:; "
            "base-uri 'none'; form-action 'none'"
        ),
        title=html.escape(article.title),
        style=style,
        script=script,
        article=embedded_json(content_of(article, audio=audio is not None)),
        audio=base64.b64encode(audio or b"").decode("ascii"),
    )


def embedded_json(value: object) -> str:
    """JSON that can stand inside a script element: it has no `<`, so it can neither end nor open one."""
    return msgspec.json.encode(value).decode().translate(_ESCAPES)


def _part(name: str) -> str:
    return resources.files("services.cli.page").joinpath(name).read_text(encoding="utf-8").strip()


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
