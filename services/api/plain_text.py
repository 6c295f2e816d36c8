"""Texts and languages in request bodies, as all rooms of the lexicon take them. Pure."""

from typing import Annotated

from msgspec import Meta

from services.api.problems import ApiError, FieldError, input_invalid
from shared.languages import LANGUAGES

PLAIN = "^[^\\u0000]*$"
"""Postgres stores no U+0000, in text as in JSON."""
VISIBLE = "^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$"
"""The same, and not blank."""
LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff][^\x00-\x1f\x7f]*$"
"""One line with something to see in it, as `tidy` sees it."""
MOST_TITLE = 200  # characters
MOST_DESCRIPTION = 1_000  # characters
MOST_LANGUAGES = 30  # of one text

CODE = "^[a-z]{2}$"
ASKED = {
    PLAIN: "must not contain the character U+0000",
    VISIBLE: "must not be blank, nor contain the character U+0000",
    LINE: "must not be blank, nor contain line breaks, tabs or other control characters",
    CODE: "must be an ISO 639-1 code, as de",
}
"""What each pattern asks for, for who did not keep to it."""
Code = Annotated[str, Meta(pattern=CODE)]
Language = Annotated[Code, Meta(description="ISO 639-1 code of a language that is taught.", examples=["de"])]
Titles = Annotated[
    dict[Code, Annotated[str, Meta(pattern=VISIBLE, max_length=MOST_TITLE)]],
    Meta(min_length=1, max_length=MOST_LANGUAGES, description="By ISO 639-1 code.", examples=[{"en": "Family"}]),
]
Descriptions = Annotated[
    dict[Code, Annotated[str, Meta(pattern=PLAIN, max_length=MOST_DESCRIPTION)]],
    Meta(max_length=MOST_LANGUAGES, description="By ISO 639-1 code."),
]


def require_taught(language: str, field: str = "language") -> None:
    """The language is one that is taught.

    Raises:
        ApiError: 400, it is not.
    """
    if language not in LANGUAGES:
        raise _unsupported(field)


def _unsupported(field: str) -> ApiError:
    return input_invalid([FieldError(field, f"must be one of {', '.join(LANGUAGES)}")], "unsupported_language")
