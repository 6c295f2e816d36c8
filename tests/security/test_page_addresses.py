"""Pages that strangers name: no known way to write, resolve or redirect leads to a connection into our own network.

The resolver is this machine's own where a host is written as a number, so that its reading of such forms counts.
"""

import pytest

from services.generation.fetch import WebPages, resolve
from shared.jobs.errors import PermanentError, StepError
from tests.support.canned_web import PARAGRAPH, CannedWeb, http_answer, redirect
from tests.support.step_watch import HandWatch

OUTSIDE = "93.184.216.34"
SECRET = "169.254.169.254"


def wide(text: str) -> str:
    """ASCII in the full-width forms of East Asian typography."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


WRITTEN = {
    "plain": "http://127.0.0.1/",
    "decimal": "http://2130706433/",
    "decimal of the metadata": "http://2852039166/",
    "octal": "http://0177.0.0.1/",
    "octal in one": "http://017700000001/",
    "hex": "http://0x7f000001/",
    "hex in parts": "http://0x7f.0x0.0x0.0x1/",
    "hex of the metadata": "http://0xa9fea9fe/",
    "short, two parts": "http://127.1/",
    "short, three parts": "http://127.0.1/",
    "short, nothing": "http://0/",
    "mixed": "http://0xa9.254.0251.0376/",
    "overflow": "http://425.510.425.510/",
    "this network": "http://0.0.0.0/",
    "broadcast": "http://255.255.255.255/",
    "multicast": "http://224.0.0.1/",
    "private 10": "http://10.0.0.1/",
    "private 172": "http://172.31.255.255/",
    "private 192": "http://192.168.0.1/",
    "carrier": "http://100.64.0.1/",
    "carrier's metadata": "http://100.100.100.200/",
    "platform of a cloud": "http://168.63.129.16/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata, trailing dot": "http://169.254.169.254./",
    "link-local": "http://169.254.0.1/",
    "benchmarks": "http://198.18.0.1/",
    "v6 loopback": "http://[::1]/",
    "v6 nothing": "http://[::]/",
    "v6 mapped": "http://[::ffff:127.0.0.1]/",
    "v6 mapped in hex": "http://[::ffff:a9fe:a9fe]/",
    "v6 mapped in full": "http://[0:0:0:0:0:ffff:7f00:1]/",
    "v6 compatible": "http://[::127.0.0.1]/",
    "v6 translated": "http://[::ffff:0:127.0.0.1]/",
    "NAT64": "http://[64:ff9b::127.0.0.1]/",
    "NAT64 of the metadata": "http://[64:ff9b::a9fe:a9fe]/",
    "NAT64 of one's own": "http://[64:ff9b:1::1.1.1.1]/",
    "6to4": "http://[2002:7f00:1::]/",
    "6to4 of the metadata": "http://[2002:a9fe:a9fe::1]/",
    "Teredo": "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "v6 link-local": "http://[fe80::1]/",
    "v6 link-local, zone": "http://[fe80::1%25lo]/",
    "v6 site-local": "http://[fec0::1]/",
    "v6 unique local": "http://[fc00::1]/",
    "v6 metadata": "http://[fd00:ec2::254]/",
    "v6 multicast": "http://[ff02::1]/",
    "v6 documentation": "http://[2001:db8::1]/",
    "circled digits": "http://①②⑦.⓪.⓪.①/",
    "full-width digits": f"http://{wide('127')}.0.0.{wide('1')}/",
    "ideographic dots": "http://127。0。0。1/",
    "half-width dots": "http://127｡0｡0｡1/",
    "full-width dots": f"http://127{wide('.0.0.')}1/",
    "full-width name": f"http://{wide('localhost')}/",
    "name of this machine": "http://localhost/",
    "name of this machine, trailing dot": "http://localhost./",
    "soft hyphen": "http://local\u00adhost/",
    "name and password": "http://example.org@127.0.0.1/",
    "name and password, other way": "http://127.0.0.1@example.org/",
    "backslash": "http://example.org\\@127.0.0.1/",
    "fragment": "http://127.0.0.1#@example.org/",
    "escaped": "http://%31%32%37.0.0.1/",
    "line break": "http://example.org/\r\nHost: 127.0.0.1",
    "tab": "http://127.0.0\t.1/",
    "null": "http://127.0.0.1\x00.example.org/",
    "port of ssh": "http://93.184.216.34:22/",
    "port of Redis": "http://93.184.216.34:6379/",
    "port of a proxy": "http://93.184.216.34:8080/",
    "port 0": "http://93.184.216.34:0/",
    "file": "file:///etc/passwd",
    "gopher": "gopher://93.184.216.34/",
    "ftp": "ftp://93.184.216.34/",
    "dict": "dict://93.184.216.34:11211/",
    "data": "data:text/html,hello",
    "no scheme": "//93.184.216.34/",
}
"""Addresses as somebody may write them, by the trick."""

REDIRECTED = {
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "decimal": "http://2852039166/",
    "mapped": "http://[::ffff:169.254.169.254]/",
    "without scheme": "//169.254.169.254/",
    "TLS": "https://169.254.169.254/",
    "name that leads there": "http://inside.example/",
    "another port": "http://93.184.216.34:6379/",
    "file": "file:///etc/passwd",
    "gopher": "gopher://169.254.169.254/",
    "ftp": "ftp://93.184.216.34/",
    "name and password": "http://me:secret@there.example/",
}

RESOLVED = {
    "loopback": ["127.0.0.1"],
    "one private among public": [OUTSIDE, "10.0.0.1", "1.1.1.1"],
    "public first, metadata last": [OUTSIDE, SECRET],
    "v6 of one's own beside v4": [OUTSIDE, "fd00:ec2::254"],
    "mapped": ["::ffff:10.0.0.1"],
    "translated": ["::ffff:0:10.0.0.1"],
    "NAT64": ["64:ff9b::10.0.0.1"],
    "zone": ["fe80::1%eth0"],
    "nothing": [],
}


def web(*answers: bytes, addresses: list[list[str]] | None = None) -> CannedWeb:
    """A web in which every place answers, also those that must never be asked."""
    inside = {address: [http_answer()] for address in (SECRET, "127.0.0.1", "10.0.0.1", "::1", "1.1.1.1")}
    hosts = {"example.org": addresses or [[OUTSIDE]], "inside.example": [[SECRET]], "there.example": [["1.1.1.1"]]}
    return CannedWeb(hosts, {**inside, OUTSIDE: list(answers) or [http_answer()]})


def resolver(canned: CannedWeb, host: str, port: int) -> list[str]:
    """Names of the canned web by itself, everything else by this machine."""
    return canned.resolve(host, port) if host.endswith((".example", "example.org")) else resolve(host, port)


def refusal(canned: CannedWeb, url: str) -> StepError:
    pages = WebPages(resolver=lambda host, port: resolver(canned, host, port), connector=canned.connect)
    with pytest.raises(StepError) as caught:
        pages.read(url, HandWatch())
    return caught.value


@pytest.mark.parametrize("url", WRITTEN.values(), ids=WRITTEN.keys())
def test_written_address_leads_to_no_connection(url: str) -> None:
    canned = web()
    error = refusal(canned, url)
    # A resolver that cannot be asked says so, and the step is tried again: what counts is that nobody was called.
    assert isinstance(error, PermanentError) or error.code == "provider_unavailable"
    assert canned.connections == []


@pytest.mark.parametrize("location", REDIRECTED.values(), ids=REDIRECTED.keys())
@pytest.mark.parametrize("status", [301, 307])
def test_redirect_inside_is_not_followed(location: str, status: int) -> None:
    canned = web(redirect(location, status))
    assert refusal(canned, "http://example.org/").code == "input_invalid"
    assert canned.connections == [(OUTSIDE, 80)]


@pytest.mark.parametrize("addresses", RESOLVED.values(), ids=RESOLVED.keys())
def test_name_that_leads_inside_is_refused(addresses: list[str]) -> None:
    canned = web(addresses=[addresses])
    assert refusal(canned, "http://example.org/").code == "input_invalid"
    assert canned.connections == []


def test_rebinding_meets_the_address_that_was_judged() -> None:
    canned = web(addresses=[[OUTSIDE], [SECRET]])
    page = WebPages(resolver=canned.resolve, connector=canned.connect).read("http://example.org/", HandWatch())
    assert PARAGRAPH in page.text
    assert canned.connections == [(OUTSIDE, 80)]


def test_rebinding_between_two_redirects_is_judged_again() -> None:
    canned = web(redirect("/again"), addresses=[[OUTSIDE], [SECRET]])
    assert refusal(canned, "http://example.org/").code == "input_invalid"
    assert canned.connections == [(OUTSIDE, 80)]


def test_redirects_end_before_the_inside_is_reached() -> None:
    canned = web(*[redirect("/again")] * 4, redirect(f"http://{SECRET}/"))
    assert refusal(canned, "http://example.org/").code == "input_invalid"
    assert {address for address, _ in canned.connections} == {OUTSIDE}


def test_too_many_redirects_are_not_followed() -> None:
    canned = web(redirect("/again"))
    assert refusal(canned, "http://example.org/").code == "input_invalid"
    assert len(canned.connections) == 6
