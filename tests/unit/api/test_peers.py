from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from litestar import Request, get

from services.api.auth import PUBLIC
from services.api.exposure import Exposure
from services.api.peers import address_behind, client_address, household, parsed
from tests.support.api import application, lonely_resources, started

OURS = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "hops", "client"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # not our proxy: what it says does not matter
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),  # the client's own claim stands left
        ("10.0.0.1", ["198.51.100.1", "10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3", "10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.1", "garbage"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1", ""], "10.0.0.1"),
        ("10.0.0.1", ["garbage", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [" 198.51.100.1:4711 "], "198.51.100.1"),
        ("fd00::1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("unknown", ["198.51.100.1"], "unknown"),
    ],
)
def test_client_is_the_right_most_stranger(peer: str, hops: list[str], client: str) -> None:
    assert address_behind(peer, hops, OURS) == client


@pytest.mark.parametrize("text", ["", "unknown", "127.1", "1.2.3.4.5", "[::1", "::1::", "_hidden", "1.2.3.4, 5.6.7.8"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parsed(text) is None or text == "[::1"


def test_client_of_a_network_of_addresses_is_one_household() -> None:
    assert household("2001:db8:1:2::1") == household("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert household("2001:db8:1:3::1") != household("2001:db8:1:2::1")
    assert household("::ffff:192.0.2.1") == household("192.0.2.1") == "192.0.2.1"
    assert household("unknown") == "unknown"


@pytest.mark.parametrize(("trusted", "seen"), [((), "198.51.100.7"), ((ip_network("198.51.100.0/24"),), "203.0.113.5")])
async def test_forwarded_address_counts_only_behind_a_trusted_proxy(trusted: tuple[object, ...], seen: str) -> None:
    @get("/who", opt=PUBLIC)
    async def who(request: Request[Any, Any, Any]) -> str:
        return client_address(request.scope)

    app = application(lonely_resources(), Exposure(trusted_proxies=trusted))  # type: ignore[arg-type]  # of networks
    app.register(who)
    transport = httpx.ASGITransport(app, client=("198.51.100.7", 4711))  # type: ignore[arg-type]  # Litestar's types
    headers = [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "203.0.113.5")]
    async with started(app), httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        assert (await client.get("/who", headers=headers)).text == seen
