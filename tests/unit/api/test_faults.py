from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from services.api.faults import MOST, faults
from services.api.plain_text import CODE, LINE, PLAIN, VISIBLE


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=5)]
    number: Annotated[Annotated[int, Meta(ge=1)] | None, Meta(description="counts")] = None


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    items: Annotated[list[Item], Meta(min_length=1, max_length=1000)]
    loud: bool = False
    best: Item | None = None


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ({"items": [{"name": "a"}]}, []),
        ({"items": [{"name": "a", "number": None}], "best": None}, []),
        (None, ["body"]),
        ([], ["body"]),
        ({}, ["items"]),
        ({"items": []}, ["items"]),
        ({"items": "a"}, ["items"]),
        ({"items": [{"name": "a"}], "loud": "true"}, ["loud"]),
        ({"items": [{"name": "a"}], "loud": 1}, ["loud"]),
        ({"items": [{"name": "a", "number": "1"}]}, ["items[0].number"]),
        ({"items": [{"name": "a", "number": True}]}, ["items[0].number"]),
        (
            {"items": [{"name": 7}, {"name": "a"}, {"colour": "red"}]},
            ["items[0].name", "items[2].name", "items[2].colour"],
        ),
        ({"items": [{"name": "a"}, 7]}, ["items[1]"]),
        ({"items": [{"name": "a"}], "best": {"name": "a", "number": 0}}, ["best.number"]),
        ({"items": [{"name": "a"}], "loud": 0, "quiet": 1, "best": []}, ["loud", "best", "quiet"]),
    ],
)
def test_every_bad_field_is_named(value: Any, fields: list[str]) -> None:
    assert [fault.field for fault in faults(value, Order)] == fields


def test_message_is_plain() -> None:
    messages = {fault.field: fault.message for fault in faults({"items": [{"name": 1}], "x": 1}, Order)}
    assert messages == {"items[0].name": "Expected `str`, got `int`", "x": "there is no such field"}
    assert faults([], Order)[0].message == "a JSON object is required"


def test_only_so_many_are_named() -> None:
    assert len(faults({"items": [{"name": 1}] * 1000}, Order)) == MOST


def test_a_value_that_is_none_of_those_allowed_is_told_which_there_are() -> None:
    class Choice(msgspec.Struct, frozen=True, kw_only=True):
        level: Annotated[Literal["A1", "A2"] | None, Meta(description="how hard")] = None

    (fault,) = faults({"level": "Z9"}, Choice)
    assert fault.message == "Invalid enum value 'Z9': there are A1, A2"


@pytest.mark.parametrize(
    ("pattern", "value", "told"),
    [
        (PLAIN, "a\0", "must not contain the character U+0000"),
        (VISIBLE, " ", "must not be blank, nor contain the character U+0000"),
        (LINE, "a\tb", "must not be blank, nor contain line breaks, tabs or other control characters"),
        (CODE, "deu", "must be an ISO 639-1 code, as de"),
        (r"^\d$", "x", r"must match the regular expression '^\\d$'"),
    ],
)
def test_a_text_of_another_form_is_told_the_form_in_words(pattern: str, value: str, told: str) -> None:
    kind = msgspec.defstruct("Named", [("name", Annotated[str, Meta(pattern=pattern)])])
    assert [fault.message for fault in faults({"name": value}, kind)] == [told]
