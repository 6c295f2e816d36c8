"""Fields of notes as text: nothing that a browser would act on stays."""

import pytest

from services.nlp.imports.plain_text import LONGEST, media_of, plain


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("<b>der</b> Hund", "der Hund"),
        ("eins<br>zwei<div>drei</div>", "eins zwei drei"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<script>alert(1)</script>Hund<style>x{}</style>", "Hund"),
        ("<img src=x onerror=alert(1)>Hund", "Hund"),
        ("Hund [sound:hund.mp3]", "Hund"),
        ("{{c1::Hund::animal}} und {{c2::Katze}}", "Hund und Katze"),
        ("{{c1::Hund\n::ein::Tier}}", "Hund"),
        ("<!-- hidden -->Hund\u00a0\n\tda", "Hund da"),
        ("Hund\x00", "Hund"),
    ],
)
def test_only_what_a_reader_sees_stays(field: str, text: str) -> None:
    assert plain(field) == text


def test_a_field_has_an_end() -> None:
    assert len(plain("x" * 10_000)) == LONGEST


def test_gaps_without_a_near_end_are_text() -> None:
    """Trying every end for every beginning would take hours for the first one."""
    for field in ("{{c1::" * 5_000, "{{c1::" + "x" * 3_000 + "}}", "{{c1::x::" + "y" * 3_000 + "}}"):
        assert plain(field) == field[:LONGEST]


def test_media_are_found_and_addresses_elsewhere_are_none() -> None:
    field = (
        '[sound:a.mp3]<img src="b &amp; c.jpg"><img alt=x src=d.png><img src="https://example.org/e.png">[sound:../f]'
    )
    assert media_of(field) == ["a.mp3", "b & c.jpg", "d.png"]
