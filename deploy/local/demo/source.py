"""What the article is made from: a text, a topic or an address, checked before anything is started."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from deploy.local.options import DemoOptions
from services.api.articles.schemas import MOST_SOURCE_TEXT, MOST_SOURCE_URL, MOST_TOPIC

DEFAULT_TOPIC: Final = "A Saturday at the market"


def source_of(options: DemoOptions) -> tuple[dict[str, str], str | None]:
    """The source as a field of the API's request, and what is wrong with it if anything is; reads the text file."""
    given = [name for name in ("text", "topic", "url") if getattr(options, name) is not None]
    if len(given) > 1:
        names = " and ".join(name.upper() for name in given)
        return {}, f"{names} are both given: an article has one source."
    if options.text is not None:
        text, problem = read_text(options.text)
        return {"source_text": text}, problem
    if options.url is not None:
        return {"source_url": options.url.strip()}, _url_problem(options.url.strip())
    topic = DEFAULT_TOPIC if options.topic is None else options.topic.strip()
    return {"topic": topic}, _topic_problem(topic)


def read_text(path: Path) -> tuple[str, str | None]:
    """The file's text, and what is wrong with it if anything is."""
    try:
        text = path.expanduser().read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return "", f"TEXT: there is no file {path}."
    except IsADirectoryError:
        return "", f"TEXT: {path} is a folder, not a file."
    except UnicodeDecodeError:
        return "", f"TEXT: {path} is not UTF-8 text."
    except (OSError, ValueError, RuntimeError) as error:  # not readable, a NUL in the name, no home folder
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return "", f"TEXT: {path} cannot be read ({reason})."
    return text, _text_problem(path, text)


def _text_problem(path: Path, text: str) -> str | None:
    if not text.strip():
        return f"TEXT: {path} is empty."
    if len(text) > MOST_SOURCE_TEXT:
        return f"TEXT: {path} has {len(text)} characters; at most {MOST_SOURCE_TEXT} are allowed."
    if "\0" in text:
        return f"TEXT: {path} is not plain text: it contains NUL characters."
    return None


def _topic_problem(topic: str) -> str | None:
    if not topic:
        return "TOPIC is empty."
    if len(topic) > MOST_TOPIC:
        return f"TOPIC has {len(topic)} characters; at most {MOST_TOPIC} are allowed. TEXT=path takes a whole text."
    if not topic.isprintable():
        return "TOPIC must be one line of plain text."
    return None


def _url_problem(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"URL is no address: {url}."
    if parts.scheme not in {"http", "https"} or not host or not url.isprintable() or " " in url:
        return f"URL must be an address that begins with https:// or http://, not {url!r}."
    if parts.username is not None:
        return "URL must not contain a user name or password."
    return f"URL has more than {MOST_SOURCE_URL} characters." if len(url) > MOST_SOURCE_URL else None


def subject_of(options: DemoOptions, source: dict[str, str]) -> str:
    """The source for people."""
    if options.text is not None:
        return f"your text {options.text.name} ({len(source['source_text'])} characters)"
    return options.url if options.url is not None else f"“{source['topic']}”"
