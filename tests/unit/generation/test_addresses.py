from ipaddress import ip_address

import pytest

from services.generation.addresses import admits_public_web, is_public, parsed

PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::1.1.1.1", "::ffff:1.1.1.1"]

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - nothing binds to it
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::93.184.216.34",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",  # translated, RFC 2765
    "::ffff:0:1.1.1.1",
    "::1:7f00:1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1.1.1.1",
    "100::1",
    "2001:0:7f00:1::",  # Teredo with a server at 127.0.0.1
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo with a client at 127.0.0.1
    "2001:0:4136:e378:8000:63bf:fefe:fefe",  # Teredo with public ends
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::1",  # 6to4 of 169.254.169.254
    "2002:c0a8:101::1",  # 6to4 of 192.168.1.1
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_place_on_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_place_in_a_network_of_ones_own_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("port", [80, 443])
def test_ports_of_the_web_are_admitted(port: int) -> None:
    assert admits_public_web(ip_address("1.1.1.1"), port)
    assert not admits_public_web(ip_address("127.0.0.1"), port)


@pytest.mark.parametrize("port", [0, 22, 25, 6379, 8080])
def test_other_ports_are_not_admitted(port: int) -> None:
    assert not admits_public_web(ip_address("1.1.1.1"), port)


def test_address_with_a_zone_is_none() -> None:
    with pytest.raises(ValueError, match="zone"):
        parsed("fe80::1%eth0")
