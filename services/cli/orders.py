"""From a row to an order, and everything that is wrong with it, by what the server says it can do. Pure.

The server has the last word: it checks every order again.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from services.cli.sheets import REPORT_COLUMNS, Fault, Row, Sheet

TEXTS: Final = ("language", "level", "native_language", "topic", "source_text", "source_url", "voice")
SWITCHES: Final = ("narrate", "align")
COLUMNS: Final = (*TEXTS, "length", "words_to_use", *SWITCHES)
SOURCES: Final = ("topic", "source_text", "source_url")
TRUE: Final = frozenset({"true", "yes", "1"})
FALSE: Final = frozenset({"false", "no", "0"})
WORD_MARK: Final = "|"
"""Between the words of one CSV cell."""
Order = dict[str, Any]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much an order may ask for."""

    topic_characters: int
    source_text_characters: int
    source_url_characters: int
    least_length_words: int
    most_length_words: int
    words_to_use: int
    word_characters: int


class LanguageRule(msgspec.Struct, frozen=True, kw_only=True):
    """A language and who reads it aloud."""

    code: str
    voices: list[str]


class LevelRule(msgspec.Struct, frozen=True, kw_only=True):
    """A level and how many words an article has there by default."""

    level: str
    default_length: int


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the server can do: `GET /api/languages`."""

    languages: list[LanguageRule]
    native_languages: list[str]
    levels: list[LevelRule]
    limits: Limits


def orders_of(sheet: Sheet, defaults: Order, rules: Rules) -> tuple[list[Order], list[Fault]]:
    """An order for each row, and all that is wrong with any of them."""
    orders: list[Order] = []
    faults = list(sheet.faults) + [_unknown(1, column) for column in sheet.columns if not _known(column)]
    for row in sheet.rows:
        order, wrong = _order(row, from_text=sheet.kind == "csv")
        order = defaults | order
        faults += wrong
        faults += [Fault(row.number, column, message) for column, message in _faults(order, rules)]
        orders.append(order)
    return orders, sorted(faults, key=lambda fault: fault.row)


def _known(column: str) -> bool:
    return column in COLUMNS or column in REPORT_COLUMNS


def _unknown(number: int, column: str) -> Fault:
    return Fault(number, column or "a column without a name", f"is unknown; known are {', '.join(COLUMNS)}")


def _order(row: Row, *, from_text: bool) -> tuple[Order, list[Fault]]:
    order: Order = {}
    faults = []
    for column, cell in row.cells.items():
        if column in REPORT_COLUMNS or cell is None or (from_text and not cell.strip()):
            continue
        if column not in COLUMNS:
            faults += [] if from_text else [_unknown(row.number, column)]
            continue
        try:
            order[column] = _parsed(column, cell.strip()) if from_text else _typed(column, cell)
        except ValueError as error:
            faults.append(Fault(row.number, column, str(error)))
    return order, faults


def _parsed(column: str, cell: str) -> object:
    if column == "length":
        if not cell.isascii() or not cell.isdigit():
            message = "must be a whole number"
            raise ValueError(message)
        return int(cell[:9])
    if column == "words_to_use":
        return [word.strip() for word in cell.split(WORD_MARK) if word.strip()]
    if column in SWITCHES:
        if cell.lower() not in TRUE | FALSE:
            message = "must be true or false"
            raise ValueError(message)
        return cell.lower() in TRUE
    return cell


def _typed(column: str, cell: object) -> object:
    kind: Any = str if column in TEXTS else bool if column in SWITCHES else int if column == "length" else list[str]
    try:
        converted: object = msgspec.convert(cell, kind)
    except msgspec.ValidationError as error:
        message = str(error)[:1].lower() + str(error)[1:]
        raise ValueError(message) from None
    return converted


def _faults(order: Order, rules: Rules) -> Iterator[tuple[str, str]]:
    codes = [language.code for language in rules.languages]
    yield from _choice(order, "language", codes, needed=True)
    yield from _choice(order, "level", [level.level for level in rules.levels], needed=True)
    yield from _choice(order, "native_language", rules.native_languages)
    if "native_language" in order and order["native_language"] == order.get("language"):
        yield "native_language", "must differ from language"
    yield from _source_faults(order, rules.limits)
    yield from _size_faults(order, rules.limits)
    narrated = order.get("narrate", True)
    for column in ("voice", "align"):
        if order.get(column) and not narrated:
            yield column, "needs narrate"
    voices = next((rule.voices for rule in rules.languages if rule.code == order.get("language")), None)
    if voices is not None and narrated:
        yield from _choice(order, "voice", voices)


def _choice(
    order: Mapping[str, Any], column: str, known: Iterable[str], *, needed: bool = False
) -> Iterator[tuple[str, str]]:
    if column not in order:
        if needed:
            yield column, "is missing"
    elif order[column] not in known:
        yield column, f"must be one of {', '.join(known)}, not {order[column]!r}"


def _source_faults(order: Order, limits: Limits) -> Iterator[tuple[str, str]]:
    given = [column for column in SOURCES if column in order]
    if not given:
        yield "topic", f"exactly one of {', '.join(SOURCES)} is needed"
    for column in given[1:]:
        yield column, f"cannot be given together with {given[0]}"
    for column in given:
        most = getattr(limits, f"{column}_characters")
        if not order[column].strip():
            yield column, "must not be blank"
        elif len(order[column]) > most:
            yield column, f"has {len(order[column])} characters; at most {most} are allowed"
        elif column == "source_url" and not order[column].strip().startswith(("http://", "https://")):
            yield column, "must begin with https:// or http://"


def _size_faults(order: Order, limits: Limits) -> Iterator[tuple[str, str]]:
    least, most = limits.least_length_words, limits.most_length_words
    if "length" in order and not least <= order["length"] <= most:
        yield "length", f"must be from {least} to {most}"
    words = order.get("words_to_use", [])
    if len(words) > limits.words_to_use:
        yield "words_to_use", f"has {len(words)} words; at most {limits.words_to_use} are allowed"
    for word in words:
        if not word.strip() or len(word) > limits.word_characters:
            yield "words_to_use", f"each word has from 1 to {limits.word_characters} characters"
            break
