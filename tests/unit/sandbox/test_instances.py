from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sandbox.instances import InstanceError, make_instance

TREE = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "left": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["name", "left", "children"],
            "additionalProperties": False,
        }
    },
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "anything": {},
    "enum": {"enum": ["b", "a"]},
    "const": {"const": {"a": [1]}},
    "nested": {
        "type": "object",
        "properties": {
            "outer": {"type": "object", "properties": {"inner": {"type": "array", "items": {"type": "boolean"}}}}
        },
        "required": ["outer"],
    },
    "closed object": {"type": "object", "properties": {"a": {"type": "null"}}, "additionalProperties": False},
    "required without a schema": {"type": "object", "required": ["free"]},
    "map": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 5}, "minProperties": 2},
    "minItems": {"type": "array", "items": {"type": "integer"}, "minItems": 4},
    "maxItems 0": {"type": "array", "items": {"type": "integer"}, "maxItems": 0},
    "prefixItems": {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"type": "integer"}],
        "items": False,
        "minItems": 2,
    },
    "unique numbers": {"type": "array", "items": {"type": "integer", "minimum": 3}, "minItems": 3, "uniqueItems": True},
    "unique strings": {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    "unique enum": {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
    "number open at both ends": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.1},
    "number that must be negative": {"type": "number", "maximum": -2.5},
    "integer by steps": {"type": "integer", "minimum": 10, "multipleOf": 7},
    "negative by steps": {"type": "integer", "maximum": -10, "multipleOf": 4},
    "string limits": {"type": "string", "minLength": 50, "maxLength": 52},
    "short string": {"type": "string", "maxLength": 3},
    "nullable by list": {"type": ["null", "integer"]},
    "anyOf": {"anyOf": [{"type": "integer", "minimum": 2, "maximum": 1}, {"type": "boolean"}]},
    "oneOf": {"oneOf": [{"type": "string", "minLength": 3}, {"type": "integer"}]},
    "allOf": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"b": {"const": 2}}, "required": ["b"]},
        ]
    },
    "tree": TREE,
    "optional recursion": {"type": "object", "properties": {"next": {"$ref": "#"}}},
    **{
        f"format {name}": {"type": "string", "format": name}
        for name in ("date-time", "date", "time", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")
    },
}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_instance_is_valid_and_always_the_same(schema: dict[str, Any]) -> None:
    instance = make_instance(schema)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(instance)
    assert make_instance(schema) == instance


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^a$"},
        {"type": "string", "format": "colour"},
        {"not": {}},
        {"type": "colour"},
        {"$ref": "#/$defs/missing"},
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"type": "array", "items": {"enum": [1]}, "minItems": 2, "uniqueItems": True},
        {"type": "object", "properties": {"self": {"$ref": "#"}}, "required": ["self"]},
        {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
    ],
    ids=str,
)
def test_what_it_cannot_make_is_an_error(schema: dict[str, Any]) -> None:
    with pytest.raises(InstanceError):
        make_instance(schema)


_LEAVES = st.one_of(
    st.builds(
        lambda low, span: {"type": "integer", "minimum": low, "maximum": low + span},
        st.integers(-99, 99),
        st.integers(0, 9),
    ),
    st.builds(
        lambda low, span: {"type": "string", "minLength": low, "maxLength": low + span},
        st.integers(0, 30),
        st.integers(0, 9),
    ),
    st.builds(lambda values: {"enum": values}, st.lists(st.integers() | st.text(), min_size=1)),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": "number", "exclusiveMinimum": 0}]),
)
_SCHEMAS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, st.integers(0, 3)),
        st.builds(
            lambda properties: {"type": "object", "properties": properties, "required": sorted(properties)},
            st.dictionaries(st.text(min_size=1), inner, max_size=4),
        ),
        st.builds(lambda options: {"anyOf": options}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=12,
)


@given(_SCHEMAS)
def test_any_schema_of_these_parts_gets_a_valid_instance(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(make_instance(schema))
