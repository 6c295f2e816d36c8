"""What makes an order for an article sound, beyond the types of its fields. Pure."""

import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from services.api.articles.schemas import ArticleOrder
from services.api.problems import FieldError, input_invalid
from shared.articles.model import ArticleRequest
from shared.jobs.kinds import WRITE_ARTICLE, article_steps
from shared.jobs.submission import Submission
from shared.languages import LANGUAGES, NATIVE_LANGUAGES

SOURCES = ("topic", "source_text", "source_url")


def request_of(order: ArticleOrder) -> ArticleRequest:
    """The input of the job that fulfils the order.

    Raises:
        ApiError: 400, naming every field that is wrong.
    """
    mistakes = mistakes_in(order)
    if mistakes:
        raise input_invalid(mistakes.invalid + mistakes.unsupported, mistakes.code)
    return sound_request(order)


def job_for(article: ArticleRequest, owner_id: UUID, **settings: Any) -> Submission:  # noqa: ANN401 - its columns
    """The job that makes the article; `settings` are the other members of a `Submission`."""
    return Submission(
        owner_id=owner_id,
        kind=WRITE_ARTICLE,
        input=msgspec.Raw(msgspec.json.encode(article)),
        steps=article_steps(
            translate=article.translates,
            narrate=article.narrate,
            align=article.align,
            for_learner=article.pair_id is not None,
        ),
        **settings,
    )


class Mistakes(msgspec.Struct, frozen=True):
    """What is wrong with an order; it is false if nothing is."""

    invalid: list[FieldError]
    unsupported: list[FieldError]
    """Languages that we do not have: a mistake only today."""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.invalid or self.unsupported)

    @property
    def code(self) -> str:
        """The problem's code."""
        return "input_invalid" if self.invalid else "unsupported_language"


def mistakes_in(order: ArticleOrder) -> Mistakes:
    """What the types of its fields do not say."""
    return Mistakes(list(_invalid(order)), list(_unsupported(order)))


def sound_request(order: ArticleOrder) -> ArticleRequest:
    """The input of the job that fulfils an order without mistakes."""
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
