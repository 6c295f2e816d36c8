import pytest

from services.generation.main_text import LEAST_LETTERS, is_enough, main_text, page_title, shortened
from tests.support.canned_web import ARTICLE, PARAGRAPH


def test_menus_and_scripts_are_no_text() -> None:
    page = (
        "<html><body><nav><ul><li>Startseite</li><li>Kontakt</li></ul></nav><script>alert('x')</script>"
        f"<article><h1>Am Hafen</h1>{ARTICLE}</article><footer>Impressum</footer></body></html>"
    )
    found = main_text(page)
    assert found.count(PARAGRAPH) == 6
    assert "Kontakt" not in found
    assert "alert" not in found


@pytest.mark.parametrize("page", ["", "x", "<html></html>", "\x00\x01", "<" * 1000, "http://127.0.0.1/"])
def test_what_is_no_page_has_no_text(page: str) -> None:
    assert main_text(page) == ""


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Am &amp; im\n Hafen</title>", "Am & im Hafen"),
        ("<TITLE lang='de'>Hafen</TITLE>", "Hafen"),
        ("<title> </title>", None),
        ("<p>Hafen</p>", None),
    ],
)
def test_title_is_the_pages(page: str, title: str | None) -> None:
    assert page_title(page) == title


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Kurz.", "Kurz."),
        ("Eins zwei drei.\nVier fünf.", "Eins zwei drei."),
        ("Eins zwei drei. Vier fünf sechs.", "Eins zwei drei."),
        ("Eins zwei drei vier fünf sechs", "Eins zwei drei vier"),
        ("a" * 40, "a" * 20),
    ],
)
def test_long_text_is_cut_where_it_hurts_least(text: str, short: str) -> None:
    assert shortened(text, 20) == short


def test_few_letters_are_not_enough() -> None:
    assert is_enough("a" * LEAST_LETTERS)
    assert not is_enough("a" * (LEAST_LETTERS - 1) + "1 2 3 ...")
