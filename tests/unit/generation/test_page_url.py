import pytest

from services.generation.page_url import LONGEST, parse_url
from shared.jobs.errors import PermanentError


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("  http://example.org:80/a?b=c#part ", "http://example.org/a?b=c"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://bücher.example/straße?q=größe", "https://xn--bcher-kva.example/stra%C3%9Fe?q=gr%C3%B6%C3%9Fe"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("http://[2606:2800::1]/x", "http://[2606:2800::1]/x"),
        ("http://2130706433/", "http://2130706433/"),
        ("http://①②⑦.⓪.⓪.①/", "http://127.0.0.1/"),
    ],
)
def test_address_is_made_safe_to_send(given: str, kept: str) -> None:
    assert parse_url(given).text == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://anna@example.org/",
        "http://anna:geheim@example.org/",
        "http://:geheim@example.org/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://example.org:0/",
        "http://[::1/",
        "http://exa mple.org/",
        "http://example.org/a\r\nHost: other",
        "http://example.org/\x00",
        "http://exa<mple.org/",
        "http://[fe80::1%25eth0]/",
        "https://example.org/" + "a" * LONGEST,
    ],
)
def test_what_is_no_address_of_the_web_is_refused(given: str) -> None:
    with pytest.raises(PermanentError) as refused:
        parse_url(given)
    assert refused.value.code == "input_invalid"


def test_wire_form_leaves_out_the_default_port() -> None:
    wire = parse_url("https://example.org:443/a?b").wire()
    assert (wire.scheme, wire.host, wire.port, wire.target) == (b"https", b"example.org", None, b"/a?b")
