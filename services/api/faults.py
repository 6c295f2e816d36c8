"""Everything that is wrong with a JSON value of a request, field by field, and not only what is found first. Pure."""

import re
import types
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from services.api.plain_text import ASKED
from services.api.problems import FieldError

MOST = 100
"""Faults that are named; who sends a thousand bad items learns as much from the first hundred."""
_PLACE = re.compile(r" - at `.*`\Z", re.DOTALL)
_PATTERN = re.compile(r"Expected `str` matching regex (?P<pattern>.*)\Z", re.DOTALL)
_ASKED = {repr(pattern): sentence for pattern, sentence in ASKED.items()}
_NO_OBJECT = "a JSON object is required"


def faults(value: object, kind: Any, path: str = "") -> list[FieldError]:  # noqa: ANN401 - what msgspec takes for a type
    """What keeps `value` from being a `kind`, at most `MOST`. Strictly: the text "120" is no number.

    Args:
        value: Untyped JSON.
        kind: A type that msgspec knows.
        path: Where the value stands, if it is not the whole body: `items[3]`.
    """
    return list(islice(_faults(value, kind, path), MOST))


def _faults(value: object, kind: Any, path: str) -> Iterator[FieldError]:  # noqa: ANN401 - as above
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        inner = list(islice(_below(value, _bare(kind), path), MOST))
        yield from inner or [FieldError(path or "body", _of_whole(str(error), kind, path))]


def _below(value: object, kind: Any, path: str) -> Iterator[FieldError]:  # noqa: ANN401 - as above
    """The faults of members; none if the value as a whole is at fault."""
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _of_members(value, kind, path)
    elif isinstance(value, list) and get_origin(kind) is list:
        (item,) = get_args(kind)
        for index, entry in enumerate(value):
            yield from _faults(entry, item, f"{path}[{index}]")


def _of_members(value: dict[str, object], kind: type[msgspec.Struct], path: str) -> Iterator[FieldError]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, field in fields.items():
        place = f"{path}.{name}".lstrip(".")
        if name in value:
            yield from _faults(value[name], field.type, place)
        elif field.required:
            yield FieldError(place, "is required")
    if kind.__struct_config__.forbid_unknown_fields:
        unknown = (name for name in value if name not in fields)
        yield from (FieldError(f"{path}.{name}".lstrip("."), "there is no such field") for name in unknown)


def _bare(kind: Any) -> Any:  # noqa: ANN401 - as above
    """The type without its annotations and without the alternative null."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        others = [choice for choice in get_args(kind) if choice is not types.NoneType]
        return _bare(others[0]) if len(others) == 1 else kind
    return kind


def _of_whole(message: str, kind: Any, path: str) -> str:  # noqa: ANN401 - as above
    return _NO_OBJECT if not path and message.startswith("Expected `object`") else sentence_of(message, kind)


def sentence_of(message: str, kind: Any) -> str:  # noqa: ANN401 - as above
    """What msgspec says of a value that is no `kind`, in words that also tell what is right."""
    sentence, bare = _PLACE.sub("", message), _bare(kind)
    if get_origin(bare) is list:
        bare = _bare(get_args(bare)[0])
    if get_origin(bare) is Literal and sentence.startswith("Invalid enum value"):
        return f"{sentence}: there are {', '.join(str(choice) for choice in get_args(bare))}"
    if found := _PATTERN.match(sentence):
        return _ASKED.get(found["pattern"], f"must match the regular expression {found['pattern']}")
    return sentence
