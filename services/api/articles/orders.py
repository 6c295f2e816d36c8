"""What makes an order for an article sound, beyond the types of its fields. Pure."""

import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from services.api.articles.schemas import ArticleOrder
from services.api.problems import ApiError, FieldError, input_invalid
from shared.articles.model import ArticleRequest
from shared.languages import LANGUAGES, NATIVE_LANGUAGES

SOURCES = ("topic", "source_text", "source_url")


def request_of(order: ArticleOrder) -> ArticleRequest:
    """The input of the job that fulfils the order.

    Raises:
        ApiError: 400, naming every field that is wrong.
    """
    invalid, unsupported = list(_invalid(order)), list(_unsupported(order))
    if invalid:
        raise input_invalid(invalid + unsupported)
    if unsupported:
        raise _unsupported_language(unsupported)
    return ArticleRequest(
        language=order.language,
        level=order.level,
        native_language=order.native_language,
        topic=_stripped(order.topic),
        source_text=_stripped(order.source_text),
        source_url=_stripped(order.source_url),
        length=order.length,
        words_to_use=tuple(dict.fromkeys(word.strip() for word in order.words_to_use)),
        voice=order.voice,
        narrate=order.narrate,
        align=order.narrate if order.align is None else order.align,
    )


def _unsupported_language(errors: list[FieldError]) -> ApiError:
    return input_invalid(errors, code="unsupported_language")


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()


def _unsupported(order: ArticleOrder) -> Iterator[FieldError]:
    if order.language not in LANGUAGES:
        yield FieldError("language", f"must be one of {', '.join(LANGUAGES)}")
    if order.native_language is not None and order.native_language not in NATIVE_LANGUAGES:
        yield FieldError("native_language", f"must be one of {', '.join(NATIVE_LANGUAGES)}")


def _invalid(order: ArticleOrder) -> Iterator[FieldError]:
    yield from _unstorable(order)
    yield from _source_errors(order)
    if order.native_language == order.language:
        yield FieldError("native_language", "must differ from language")
    for index, word in enumerate(order.words_to_use):
        if _is_blank(word):
            yield FieldError(f"words_to_use[{index}]", "must not be blank")
    yield from _voice_errors(order)


def _unstorable(order: ArticleOrder) -> Iterator[FieldError]:
    """Postgres stores no NUL, in text as in JSON."""
    for field in msgspec.structs.fields(order):
        value = getattr(order, field.name)
        if isinstance(value, str) and "\0" in value:
            yield FieldError(field.name, "must not contain the character U+0000")
    for index, word in enumerate(order.words_to_use):
        if "\0" in word:
            yield FieldError(f"words_to_use[{index}]", "must not contain the character U+0000")


def _source_errors(order: ArticleOrder) -> Iterator[FieldError]:
    given = [name for name in SOURCES if getattr(order, name) is not None]
    if not given:
        yield FieldError("topic", f"exactly one of {', '.join(SOURCES)} is required")
    for name in given[1:]:
        yield FieldError(name, f"cannot be given together with {given[0]}")
    for name in given:
        if message := _source_fault(name, getattr(order, name)):
            yield FieldError(name, message)


def _source_fault(name: str, text: str) -> str | None:
    if _is_blank(text):
        return "must not be blank"
    if name == "source_text" and not _has_letters(text):
        return "must contain words"
    if name == "source_url" and not _is_web_address(text.strip()):
        return "must be an http or https address without a user name"
    return None


def _is_blank(text: str) -> bool:
    """Nothing in it can be seen: spaces, and characters that only control others."""
    return all(character.isspace() or unicodedata.category(character) in {"Cc", "Cf"} for character in text)


def _has_letters(text: str) -> bool:
    """Nothing can be retold of mere figures, signs and pictures; a topic may be a picture."""
    return any(character.isalpha() for character in text)


def _is_web_address(text: str) -> bool:
    """Only its form is judged here; the worker that fetches it judges where it leads."""
    if any(character.isspace() or not character.isprintable() for character in text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises if it is no number from 0 to 65535
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None


def _voice_errors(order: ArticleOrder) -> Iterator[FieldError]:
    if order.align and not order.narrate:
        yield FieldError("align", "needs narrate")
    if order.voice is None:
        return
    language = LANGUAGES.get(order.language)
    if not order.narrate:
        yield FieldError("voice", "needs narrate")
    elif language is not None and order.voice not in language.voices:
        yield FieldError("voice", f"must be one of {', '.join(language.voices)}")
