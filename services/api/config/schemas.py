"""Values by name, as apps and operators see them."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta


class ConfigView(msgspec.Struct, frozen=True, kw_only=True):
    """What apps are told."""

    values: Annotated[dict[str, Any], Meta(description="By name; any JSON.")]


class ConfigOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a value is from now on."""

    value: Annotated[Any, Meta(description="Any JSON, at most 16 KB.")]
    public: Annotated[bool, Meta(description="Whether everybody may read it, signed in or not.")] = False


class ConfigValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value and who may read it."""

    key: str
    value: Any
    public: bool
    updated_at: datetime
