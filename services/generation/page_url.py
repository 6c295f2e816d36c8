"""Addresses of pages, as people type them and servers redirect to them, made safe to send. Pure."""

from urllib.parse import quote, urlsplit

import httpcore2
import idna
import msgspec

from shared.jobs.errors import PermanentError

_INVALID = "input_invalid"
LONGEST = 2048  # characters
_PATH = "/%:@!$&'()*+,;=~-._"
_QUERY = _PATH + "?"
_FIRST_VISIBLE = "!"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class PageUrl(msgspec.Struct, frozen=True, kw_only=True):
    """The address of a page."""

    scheme: str
    host: str
    """ASCII: a name (IDNA), or an IP address without brackets."""
    port: int
    target: str
    """Path and query, escaped; never empty."""

    @property
    def text(self) -> str:
        """The address in one line."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"

    def wire(self) -> httpcore2.URL:
        """The address as httpcore sends it."""
        port = None if self.port == _DEFAULT_PORTS[self.scheme] else self.port
        return httpcore2.URL(
            scheme=self.scheme.encode(), host=self.host.encode(), port=port, target=self.target.encode()
        )


def parse_url(text: str) -> PageUrl:
    """Read an address.

    Raises:
        PermanentError: ``input_invalid``: not of the web, with a name and password, or malformed.
    """
    text = text.strip()
    if len(text) > LONGEST or any(character < _FIRST_VISIBLE or character == "\x7f" for character in text):
        raise PermanentError(_INVALID, "The address is too long or has spaces in it.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise PermanentError(_INVALID, "The address is malformed.") from error
    if port == 0:
        raise PermanentError(_INVALID, "The address is malformed.")
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise PermanentError(
            _INVALID, "Only addresses that begin with http:// or https:// and name a server can be read."
        )
    if parts.username is not None or parts.password is not None:
        raise PermanentError(_INVALID, "An address with a name or password in it is not read.")
    query = f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""
    return PageUrl(
        scheme=parts.scheme,
        host=_ascii(parts.hostname),
        port=_DEFAULT_PORTS[parts.scheme] if port is None else port,
        target=(quote(parts.path, safe=_PATH) or "/") + query,
    )


def _ascii(host: str) -> str:
    if host.isascii():
        if not all(character.isalnum() or character in "-._:" for character in host):
            raise PermanentError(_INVALID, "The address names no server.")
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise PermanentError(_INVALID, "The address names no server.") from error
