"""JSON schemas of what the writer hands in. Pure."""

from typing import Any

import msgspec

_REFERENCE = "#/$defs/"


def schema_of(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The schema of a struct without references, which not every provider follows."""
    _, components = msgspec.json.schema_components([struct])
    whole = _resolved(components[struct.__name__], components)
    if not isinstance(whole, dict):
        message = f"{struct.__name__} has no schema"
        raise TypeError(message)
    return whole


def _resolved(schema: Any, components: dict[str, Any]) -> Any:  # noqa: ANN401 - a part of a JSON schema
    """The schema with what its references point to in their place. None of ours refers to itself."""
    if isinstance(schema, list):
        return [_resolved(part, components) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(components[schema["$ref"].removeprefix(_REFERENCE)], components)
    return {name: _resolved(part, components) for name, part in schema.items()}
