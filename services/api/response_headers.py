"""Headers that tell browsers what they must not do with our answers. Every answer has them. Pure.

After the OWASP REST security cheat sheet: an API's answer is neither a page, nor a script, nor to be kept.
"""

from collections.abc import Iterable

from services.api.exposure import Exposure

Header = tuple[bytes, bytes]

ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # What is meant for one caller must not be kept by anybody else; a route that knows better says so.
    (b"cache-control", b"no-store"),
)
TLS_ONLY: Header = (b"strict-transport-security", b"max-age=31536000")
"""A year. Of this host alone: what lies below it is not ours to decide on."""


def defaults(exposure: Exposure) -> tuple[Header, ...]:
    """What an answer gets, in production also that it is to be asked for by TLS."""
    return (*ALWAYS, TLS_ONLY) if exposure.production else ALWAYS


def completed(given: Iterable[Header], missing: Iterable[Header]) -> list[Header]:
    """An answer's own headers, and those of `missing` that it does not set itself."""
    own = list(given)
    names = {name.lower() for name, _ in own}
    return [*own, *(header for header in missing if header[0] not in names)]
