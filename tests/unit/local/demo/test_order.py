from pathlib import Path

import pytest

from deploy.local.demo.command import check
from deploy.local.demo.order import order_of
from deploy.local.options import DemoOptions

GERMAN = "Am Samstag geht Anna auf den Markt und kauft frisches Brot, weil sie Gäste hat. Danach trinkt sie Kaffee."
DUTCH = (
    "Op zaterdag gaat Anna naar de markt om vers brood te kopen, want ze krijgt gasten. Daarna drinkt ze een kopje "
    "koffie met haar buurvrouw en vertelt ze over haar nieuwe huis."
)


def options(**given: object) -> DemoOptions:
    return DemoOptions(output=Path("article.html"), **given)  # type: ignore[arg-type]  # a table of options


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "text.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_without_options_there_is_a_pleasant_german_article_for_english_readers() -> None:
    order = order_of(options())

    assert order.body == {
        "language": "de",
        "level": "A2",
        "native_language": "en",
        "topic": "A Saturday at the market",
    }
    assert order.words == 120


def test_whatever_was_not_said_is_told_as_it_could_be_said() -> None:
    assert order_of(options()).assumed == (
        'TOPIC="A Saturday at the market"',
        "LANGUAGE=de",
        "NATIVE=en",
        "LEVEL=A2",
    )


def test_nothing_is_told_where_everything_was_said() -> None:
    given = options(topic="Das Meer", language="de", level="b1", native="es")

    assert order_of(given).assumed == ()
    assert order_of(given).body == {"language": "de", "level": "B1", "native_language": "es", "topic": "Das Meer"}


@pytest.mark.parametrize("name", ["fr", "FR", "fr-CA", "French", "Français"])
def test_a_language_may_be_named_in_several_ways(name: str) -> None:
    assert order_of(options(language=name, topic="la mer")).body["language"] == "fr"


def test_learners_of_english_get_another_translation_than_english() -> None:
    order = order_of(options(language="en"))

    assert order.body["native_language"] == "de"
    assert "NATIVE=de" in order.assumed


def test_a_text_is_sent_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff" + GERMAN)

    order = order_of(options(text=path, language="de"))

    assert order.body["source_text"] == GERMAN
    assert "topic" not in order.body
    assert order.source_characters == len(GERMAN)


def test_the_language_of_a_clear_text_is_found_and_told(tmp_path: Path) -> None:
    order = order_of(options(text=written(tmp_path, GERMAN)))

    assert order.body["language"] == "de"
    assert "LANGUAGE=de (the text looks German)" in order.assumed


def test_a_short_text_needs_its_language_said(tmp_path: Path) -> None:
    (problem,) = check(options(text=written(tmp_path, "Guten Morgen!")))

    assert problem.startswith("Give LANGUAGE, because the text is too short to tell its language:")


def test_a_text_in_a_language_we_lack_does_not_pass_for_its_neighbour(tmp_path: Path) -> None:
    (problem,) = check(options(text=written(tmp_path, DUTCH)))

    assert problem.startswith("Give LANGUAGE, because the text might be ")
    assert "(nl)" in problem


def test_a_page_needs_its_language_said() -> None:
    assert check(options(url="https://example.org/a"))[0].startswith("Give LANGUAGE")
    assert check(options(url="https://example.org/a", language="de")) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        ("\ufeff", "is empty"),
        ("Grüße".encode("latin-1"), "is not UTF-8 text"),
        ("ein\0zwei", "contains NUL"),
        ("a" * 40_001, "has 40001 characters; at most 40000 are allowed"),
    ],
)
def test_an_unusable_text_is_one_plain_sentence(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    problems = check(options(text=written(tmp_path, content), language="de"))

    assert len(problems) == 1
    assert complaint in problems[0]


def test_a_text_of_the_greatest_length_is_taken(tmp_path: Path) -> None:
    assert check(options(text=written(tmp_path, "a" * 40_000), language="de")) == []


def test_a_missing_file_a_folder_and_an_impossible_name_are_one_plain_sentence(tmp_path: Path) -> None:
    for path, complaint in [
        (tmp_path / "nowhere.txt", "there is no file"),
        (tmp_path, "is a folder"),
        (Path("a\0b"), "cannot be read"),
        (Path("n" * 5000), "cannot be read"),
    ]:
        problems = check(options(text=path))
        assert len(problems) == 1
        assert complaint in problems[0]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"language": "klingon"}, "LANGUAGE=klingon is not one of de (German), en (English)"),
        ({"language": "en_US:en"}, "LANGUAGE=en_US:en is not one of"),
        ({"level": "D1"}, "LEVEL=D1 is not one of A1, A2, B1, B2, C1, C2"),
        ({"native": "xx"}, "NATIVE=xx is not one of ar, cs,"),
        ({"language": "de", "native": "German"}, "there is nothing to translate"),
        ({"topic": "  "}, "TOPIC is empty"),
        ({"topic": "x" * 301}, "TOPIC has 301 characters"),
        ({"topic": "one\ntwo"}, "one line of plain text"),
        ({"url": "ftp://example.org", "language": "de"}, "URL must be an address that begins with"),
        ({"url": "example.org", "language": "de"}, "URL must be an address that begins with"),
        ({"url": "https://", "language": "de"}, "URL must be an address that begins with"),
        ({"url": "https://a:b@example.org", "language": "de"}, "user name"),
        ({"url": "https://example.org:port", "language": "de"}, "URL is no address"),
        ({"url": "https://example.org/" + "a" * 2000, "language": "de"}, "more than 2000 characters"),
    ],
)
def test_bad_input_is_one_plain_sentence(given: dict[str, object], complaint: str) -> None:
    problems = check(options(**given))

    assert len(problems) == 1
    assert complaint in problems[0]


def test_only_one_source_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path, GERMAN)

    assert check(options(text=path, topic="Meer")) == ["TEXT and TOPIC are both given: an article has one source."]
    assert len(check(options(text=path, topic="Meer", url="https://example.org", language="de"))) == 1


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert len(check(options(topic="", language="xx", level="Z", native="yy"))) == 4
