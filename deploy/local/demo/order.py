"""From the demo's options to the order that the API gets: what is assumed is said, what is wrong is said at once."""

from typing import Final

import msgspec

from deploy.local.demo.language import guess_language
from deploy.local.demo.source import DEFAULT_TOPIC, source_of, subject_of
from deploy.local.options import DemoOptions
from shared.articles.model import DEFAULT_LENGTH, Level
from shared.languages import LANGUAGES, NATIVE_LANGUAGES

DEFAULT_LANGUAGE: Final = "de"
DEFAULT_LEVEL: Final[Level] = "A2"
NATIVES: Final = {"en": "de"}
"""Into which language an article is translated if nobody says it; English for every language not listed."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent, and what people are told about it."""

    body: dict[str, str]
    """The API's request."""
    words: int
    """Words the article should have."""
    source_characters: int | None
    """Length of the given material; None where a page must be fetched first."""
    subject: str
    """`“A Saturday at the market”`, `your text notes.txt (1 234 characters)`."""
    assumed: tuple[str, ...]
    """What nobody said, as it could have been said: `LEVEL=A2`."""


class OrderError(ValueError):
    """The options make no order; `problems` are one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def order_of(options: DemoOptions) -> Order:
    """The order for `options`; reads the text file.

    Raises:
        OrderError: Something is wrong or missing: everything that is, not only the first.
    """
    problems: list[str] = []
    source, source_problem = source_of(options)
    problems += [source_problem] if source_problem else []
    text = source.get("source_text")
    assumed: list[str] = []
    language = _language(options, text, problems, assumed)
    native = _native(options, language, problems, assumed)
    level = _level(options, problems, assumed)
    if problems or language is None or native is None or level is None:
        raise OrderError(problems)
    if not any((options.text, options.topic, options.url)):
        assumed.insert(0, f'TOPIC="{DEFAULT_TOPIC}"')
    return Order(
        body={"language": language, "level": level, "native_language": native} | source,
        words=DEFAULT_LENGTH[level],
        source_characters=None if "source_url" in source else sum(map(len, source.values())),
        subject=subject_of(options, source),
        assumed=tuple(assumed),
    )


def _language(options: DemoOptions, text: str | None, problems: list[str], assumed: list[str]) -> str | None:
    known = ", ".join(f"{code} ({language.name})" for code, language in LANGUAGES.items())
    if options.language is not None:
        code = language_code(options.language)
        if code is None:
            problems.append(f"LANGUAGE={options.language} is not one of {known}.")
        return code
    if options.url is not None:
        problems.append(f"Give LANGUAGE, the language the article is to be in: {known}.")
        return None
    if options.text is None:
        assumed.append(f"LANGUAGE={DEFAULT_LANGUAGE}")
        return DEFAULT_LANGUAGE
    if problems or text is None:
        return None  # there is no text to look at
    guess = guess_language(text)
    if guess.language is None:
        problems.append(f"Give LANGUAGE, because {guess.doubt}: {known}.")
        return None
    assumed.append(f"LANGUAGE={guess.language} (the text looks {LANGUAGES[guess.language].name})")
    return guess.language


def language_code(given: str) -> str | None:
    """The code of one of our languages, given as `de`, `de-AT`, `German` or `Deutsch`."""
    wanted = given.strip().casefold()
    for code, language in LANGUAGES.items():
        names = {code, language.name.casefold(), language.native_name.casefold()}
        if wanted in names or wanted.partition("-")[0] == code:
            return code
    return None


def _native(options: DemoOptions, language: str | None, problems: list[str], assumed: list[str]) -> str | None:
    if options.native is None:
        native = NATIVES.get(language or "", "en")
        assumed.append(f"NATIVE={native}")
        return native
    native_code = language_code(options.native) or options.native.strip().casefold()
    if native_code not in NATIVE_LANGUAGES:
        problems.append(f"NATIVE={options.native} is not one of {', '.join(sorted(NATIVE_LANGUAGES))}.")
    elif native_code == language:
        problems.append(f"NATIVE={options.native} is the language of the article: there is nothing to translate.")
    return native_code


def _level(options: DemoOptions, problems: list[str], assumed: list[str]) -> Level | None:
    if options.level is None:
        assumed.append(f"LEVEL={DEFAULT_LEVEL}")
        return DEFAULT_LEVEL
    wanted = options.level.strip().upper()
    level = next((level for level in DEFAULT_LENGTH if level == wanted), None)
    if level is None:
        problems.append(f"LEVEL={options.level} is not one of {', '.join(DEFAULT_LENGTH)}.")
    return level
