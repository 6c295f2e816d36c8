"""The main text of a page, without its menus and notices: the only module that knows trafilatura.

It is given the page's text and fetches nothing: no address is passed on, and metadata are not looked up.
"""

import html
import re

import trafilatura

from shared.jobs.errors import PermanentError

MOST_CHARACTERS = 40_000
"""As many as a source text may have."""
LEAST_LETTERS = 200
"""Fewer are a notice or an error message, not something to write an article from."""
MOST_TAGS = 100_000
"""About the longest articles of encyclopaedias; 400 000 paragraphs that nobody closes took 20 s of processor time."""

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)


def main_text(page: str) -> str:
    """The main text of an HTML page, one paragraph a line; empty if there is none.

    Raises:
        PermanentError: ``input_invalid``, it has so many tags that finding its text would take very long.
    """
    if page.count("<") > MOST_TAGS:
        code = "input_invalid"
        raise PermanentError(code, "The page is too intricate to find its text.")
    found = trafilatura.extract(
        page,
        output_format="txt",
        include_comments=False,
        include_tables=False,
        include_images=False,
        include_links=False,
        include_formatting=False,
        with_metadata=False,
    )
    return (found or "").strip()


def page_title(page: str) -> str | None:
    """What stands in the page's `title`."""
    found = _TITLE.search(page)
    if found is None:
        return None
    return " ".join(html.unescape(found.group(1)).split()) or None


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """At most `most` characters, cut at the end of a paragraph or sentence if one is near."""
    if len(text) <= most:
        return text
    head = text[:most]
    for end in ("\n", ". ", "\u3002", " "):
        cut = head.rfind(end)
        if cut > most // 2:
            return head[: cut + 1].strip()
    return head


def is_enough(text: str) -> bool:
    """Whether an article can be written from it."""
    return sum(character.isalpha() for character in text) >= LEAST_LETTERS
