"""Ids of rows: UUIDv7, so that keys grow with time and index pages stay warm (RFC 9562, section 5.7)."""

from uuid_utils.compat import uuid7

__all__ = ["uuid7"]
