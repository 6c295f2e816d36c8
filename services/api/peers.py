"""Which machine a request comes from; behind a proxy it is what the proxy says, if we trust the proxy. Pure."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED_FOR = b"x-forwarded-for"
UNKNOWN = "unknown"
"""A peer without an address: a Unix socket's, for instance."""
HOUSEHOLD = 64
"""Bits of an IPv6 address that name a customer; the others are the customer's own to change (RFC 6177, RFC 8981)."""


def client_address(scope: Any) -> str:  # noqa: ANN401 - any of Litestar's scopes
    """The address of the client that a request comes from, without a port; `unknown` if there is none."""
    trusted: Sequence[Network] = scope["litestar_app"].state.exposure.trusted_proxies
    client = scope.get("client")
    peer = str(client[0]) if client else UNKNOWN
    return address_behind(peer, _forwarded_for(scope["headers"]), trusted) if trusted else peer


def client_household(scope: Any) -> str:  # noqa: ANN401 - any of Litestar's scopes
    """What to count requests of strangers by: the address, of IPv6 the network, because a client has all of it."""
    return household(client_address(scope))


def address_behind(peer: str, hops: Sequence[str], trusted: Sequence[Network]) -> str:
    """The right-most address that is none of our proxies'.

    Each proxy adds whom it heard at the right, so what stands further left than the first stranger is the stranger's
    own claim. What is no address ends the search: nothing to the left of it can be believed.

    Args:
        peer: Who is connected to us.
        hops: The entries of all `X-Forwarded-For`, in order.
        trusted: Our proxies.
    """
    believed = peer
    for hop in reversed(hops):
        address = parsed(believed)
        if address is None or not _is_trusted(address, trusted):
            break
        heard = parsed(hop)
        if heard is None:
            break
        believed = str(heard)
    return believed


def household(address: str) -> str:
    """The address, or the network of an IPv6 address, as text."""
    known = parsed(address)
    if isinstance(known, IPv6Address):
        return str(IPv6Network((known, HOUSEHOLD), strict=False))
    return address if known is None else str(known)


def parsed(text: str) -> Address | None:
    """An address out of `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; null if it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _forwarded_for(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    lines = [value.decode("latin-1") for name, value in headers if name == FORWARDED_FOR]
    return ",".join(lines).split(",") if lines else []
