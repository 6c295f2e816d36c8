"""Makes an instance of a JSON schema: the smallest plausible one, equal for equal schemas.

Covers what structured output allows (draft 2020-12): types, `enum`, `const`, objects, arrays, limits, formats,
`anyOf`, `oneOf`, `allOf` and references. Of what it does not cover, `pattern` and `not` are refused.
"""

import math
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
SchemaOrNot = dict[str, Any] | bool
"""A schema may be just `true`: anything goes."""

_DEEPEST = 24
"""Objects and arrays in each other; beyond it only what is required is filled in, and then it is given up."""
_OPTIONAL_DEPTH = 4
_REFUSED = ("pattern", "not", "if", "patternProperties", "dependentSchemas", "contains")
_FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "duration": "PT1M",
    "email": "sandbox@example.org",
    "hostname": "sandbox.example.org",
    "uri": "https://sandbox.example.org/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


class InstanceError(ValueError):
    """No instance can be made; the message says of what."""


def make_instance(schema: Schema) -> Any:  # noqa: ANN401  any JSON value
    """An instance of `schema`.

    Raises:
        InstanceError: The schema asks for something that the sandbox cannot make.
    """
    return _Maker(schema).make(schema, "sandbox", 0)


class _Maker:
    """Knows the whole schema, to which references point."""

    def __init__(self, root: Schema) -> None:
        self._root = root

    def make(self, schema: SchemaOrNot, name: str, depth: int) -> Any:  # noqa: ANN401  any JSON value
        """An instance; `name` is what strings say, `depth` how far down it is."""
        if depth > _DEEPEST:
            message = "The schema has no finite instance that the sandbox can find."
            raise InstanceError(message)
        if isinstance(schema, bool):
            return name
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        if options := schema.get("anyOf") or schema.get("oneOf"):
            return self._first_that_works(schema, options, name, depth)
        return self._typed(schema, name, depth)

    def _resolved(self, schema: Schema) -> Schema:
        """References and `allOf` merged into one schema."""
        merged = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
        parts = [self._target(schema["$ref"])] if "$ref" in schema else []
        for part in [*parts, *schema.get("allOf", [])]:
            merged = _merge(merged, self._resolved(part))
        for key in _REFUSED:
            if key in merged:
                message = f"The sandbox makes no instances of schemas with {key!r}."
                raise InstanceError(message)
        return merged

    def _target(self, reference: str) -> Schema:
        found: Any = self._root
        try:
            for part in reference.removeprefix("#").strip("/").split("/") if reference != "#" else []:
                found = found[part.replace("~1", "/").replace("~0", "~")]
        except (KeyError, TypeError) as error:
            message = f"The schema refers to {reference!r}, which it does not hold."
            raise InstanceError(message) from error
        return dict(found)

    def _first_that_works(self, schema: Schema, options: list[Schema], name: str, depth: int) -> Any:  # noqa: ANN401  any JSON value
        rest = {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}
        problem = InstanceError("The schema offers no alternative.")
        # What recurses less comes first once it is deep, or a tree would never end.
        ordered = sorted(options, key=_branching) if depth > _OPTIONAL_DEPTH else options
        for option in ordered:
            try:
                return self.make(_merge(rest, self._resolved(option)), name, depth + 1)
            except InstanceError as error:
                problem = error
        raise problem

    def _typed(self, schema: Schema, name: str, depth: int) -> Any:  # noqa: ANN401  any JSON value
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self._object(schema, depth),
            "array": lambda: self._array(schema, name, depth),
            "string": lambda: _string(schema, name),
            "integer": lambda: int(_number(schema, 1)),
            "number": lambda: _number(schema, 0),
            "boolean": lambda: True,
            "null": lambda: None,
        }
        if (kind := _type(schema)) not in makers:
            message = f"The sandbox does not know the type {kind!r}."
            raise InstanceError(message)
        return makers[kind]()

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        properties: dict[str, SchemaOrNot] = schema.get("properties", {})
        required: list[str] = schema.get("required", [])
        names = [name for name in properties if name in required or depth <= _OPTIONAL_DEPTH]
        names += [name for name in required if name not in properties]
        others: SchemaOrNot = schema.get("additionalProperties", True)
        made: dict[str, Any] = {}
        for name in names:
            try:
                made[name] = self.make(properties.get(name, others), name, depth + 1)
            except InstanceError:
                if name in required:
                    raise
        for index in range(schema.get("minProperties", 0) - len(made)):
            made[f"field_{index + 1}"] = self.make(others, "sandbox", depth + 1)
        return made

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        prefix: list[Schema] = schema.get("prefixItems", [])
        least = schema.get("minItems", 0)
        items = schema.get("items", True)
        wanted = least if least or depth > _OPTIONAL_DEPTH or items is False else 1
        wanted = min(max(wanted, len(prefix)), schema.get("maxItems", math.inf))
        made = [self.make(part, name, depth + 1) for part in prefix[:wanted]]
        while len(made) < wanted:
            made.append(self._item(items, name, depth, made if schema.get("uniqueItems") else None))
        return made

    def _item(self, items: SchemaOrNot, name: str, depth: int, different_from: list[Any] | None) -> Any:  # noqa: ANN401  any JSON value
        item = self.make(items, name, depth + 1)
        if different_from is None or item not in different_from:
            return item
        resolved = self._resolved(items) if isinstance(items, dict) else {"type": "string"}
        if "enum" in resolved:
            others = [value for value in resolved["enum"] if value not in different_from]
            if others:
                return others[0]
        elif _type(resolved) in {"integer", "number"}:
            step = resolved.get("multipleOf", 1)
            candidate = item + step * len(different_from)
            if candidate <= resolved.get("maximum", math.inf) and candidate < resolved.get(
                "exclusiveMaximum", math.inf
            ):
                return candidate
        elif _type(resolved) == "string" and "format" not in resolved:
            return _string(resolved, f"{name} {len(different_from) + 1}")
        message = "The sandbox cannot make so many different items."
        raise InstanceError(message)


def _merge(one: Schema, other: Schema) -> Schema:
    """What satisfies both, as far as objects go: properties and what is required are united."""
    merged = {**one, **other}
    if "properties" in one and "properties" in other:
        merged["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        merged["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    return merged


def _branching(schema: Schema) -> int:
    if "$ref" in schema:
        return 3
    return {"object": 2, "array": 1}.get(str(schema.get("type")), 0)


def _type(schema: Schema) -> str:
    found = schema.get("type")
    if isinstance(found, list):
        return next((name for name in found if name != "null"), "null")
    if found is not None:
        return str(found)
    if "properties" in schema or "required" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    return "number" if {"minimum", "maximum", "multipleOf"} & schema.keys() else "string"


def _string(schema: Schema, name: str) -> str:
    if "format" in schema:
        found = _FORMATS.get(schema["format"])
        if found is None:
            message = f"The sandbox knows no string of the format {schema['format']!r}."
            raise InstanceError(message)
        return found
    text = f"sandbox: {name}"
    least = schema.get("minLength", 0)
    text = text.ljust(least, ".")
    longest: int | None = schema.get("maxLength")
    return text[:longest]


def _number(schema: Schema, step: float) -> float:
    """The smallest allowed number that is not negative if it can be, else the largest."""
    step = schema.get("multipleOf", step)
    least = schema.get("minimum", -math.inf)
    most = schema.get("maximum", math.inf)
    above = schema.get("exclusiveMinimum", -math.inf)
    below = schema.get("exclusiveMaximum", math.inf)
    nudge = step or 0.5
    found: float = max(least, above + nudge if above > -math.inf else -math.inf, 0)
    if found > most or found >= below:
        found = min(most, below - nudge)
    if step:
        found = (math.ceil if found > 0 else math.floor)(found / step) * step
    elif not above < found < below:
        found = (max(least, above) + min(most, below)) / 2
    if not (least <= found <= most and above < found < below):
        message = "The sandbox finds no number within the limits."
        raise InstanceError(message)
    return found
