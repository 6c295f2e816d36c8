"""Which IP addresses are places on the public internet. Pure.

Registries: IANA's special-purpose address registries for IPv4 and IPv6, as far as Python's `ipaddress` knows them, and
what it does not know. Addresses that carry another address are as public as the one inside.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

WEB_PORTS = frozenset({80, 443})

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA has given out for places on the internet. Outside lie forms that carry an IPv4 address (RFC 2765)."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""Well-known prefix of RFC 6052: the last 32 bits are an IPv4 address."""
_NEVER_V4 = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),  # carriers' own; a cloud's metadata lives at 100.100.100.200
    IPv4Network("168.63.129.16/32"),  # the platform of a cloud, at an address that looks public
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),  # anycast relays of 6to4
)
_NEVER_V6 = (
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)


def is_public(address: Address) -> bool:
    """Whether an address is a place on the public internet, not of this machine, its network or its cloud."""
    if isinstance(address, IPv4Address):
        return _is_public_v4(address)
    inside = _carried(address)
    if inside is not None:
        return _is_public_v4(inside)
    return (
        address in _GLOBAL_UNICAST
        and _is_plainly_global(address)
        and not any(address in network for network in _NEVER_V6)
    )


def admits_public_web(address: Address, port: int) -> bool:
    """The rule for pages that strangers name: the public internet, and no ports but the web's own."""
    return port in WEB_PORTS and is_public(address)


def parsed(text: str) -> Address:
    """An address as a resolver gives it.

    Raises:
        ValueError: It is none, or one with a zone, which only makes sense on this machine.
    """
    if "%" in text:
        message = f"{text!r} has a zone"
        raise ValueError(message)
    return ip_address(text)


def _is_public_v4(address: IPv4Address) -> bool:
    return _is_plainly_global(address) and not any(address in network for network in _NEVER_V4)


def _is_plainly_global(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_loopback)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside, if it is mapped or one of 6to4 or NAT64. Teredo's are global nowhere."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
