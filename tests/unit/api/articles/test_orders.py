import msgspec
import pytest

from services.api.articles.orders import request_of
from services.api.articles.schemas import ArticleOrder
from services.api.problems import ApiError
from shared.articles.model import ArticleRequest

SOUND = ArticleOrder(language="de", level="A2", topic="cats")


def refused(**changes: object) -> ApiError:
    """How the sound order is refused with these changes."""
    with pytest.raises(ApiError) as caught:
        request_of(msgspec.structs.replace(SOUND, **changes))
    return caught.value


def fields(error: ApiError) -> list[str]:
    """The fields it names."""
    return [entry.field for entry in error.errors]


def test_order_becomes_the_jobs_input() -> None:
    order = ArticleOrder(
        language="ja",
        native_language="uk",
        level="C2",
        source_url=" https://example.org/a?b=c ",
        length=40,
        words_to_use=["猫", " 犬 ", "猫"],
        voice="Puck",
    )
    assert request_of(order) == ArticleRequest(
        language="ja",
        native_language="uk",
        level="C2",
        source_url="https://example.org/a?b=c",
        length=40,
        words_to_use=("猫", "犬"),
        voice="Puck",
        narrate=True,
        align=True,
    )


@pytest.mark.parametrize(
    ("narrate", "align", "expected"),
    [(True, None, True), (False, None, False), (True, False, False), (True, True, True)],
)
def test_align_follows_narrate_unless_given(*, narrate: bool, align: bool | None, expected: bool) -> None:
    request = request_of(msgspec.structs.replace(SOUND, narrate=narrate, align=align))
    assert (request.narrate, request.align) == (narrate, expected)


def test_align_without_narration_is_refused() -> None:
    assert fields(refused(narrate=False, align=True)) == ["align"]


def test_no_source_is_refused() -> None:
    assert fields(refused(topic=None)) == ["topic"]


def test_every_source_beyond_the_first_is_refused() -> None:
    error = refused(source_text="a text", source_url="https://example.org")
    assert fields(error) == ["source_text", "source_url"]


@pytest.mark.parametrize("source", ["topic", "source_text", "source_url"])
@pytest.mark.parametrize("blank", ["", " ", "\n\t\u3000", "\u200b\ufeff", "\u202e"])
def test_blank_source_is_refused(source: str, blank: str) -> None:
    assert fields(refused(**{"topic": None, source: blank})) == [source]


@pytest.mark.parametrize("wordless", ["... !?", "1 2 3", "😀 🎉"])
def test_source_text_without_a_word_is_refused_before_anything_is_paid(wordless: str) -> None:
    error = refused(topic=None, source_text=wordless)
    assert [(entry.field, entry.message) for entry in error.errors] == [("source_text", "must contain words")]


def test_picture_is_a_topic() -> None:
    assert request_of(msgspec.structs.replace(SOUND, topic="🐶")).topic == "🐶"


@pytest.mark.parametrize("field", ["language", "native_language", "topic", "voice"])
def test_character_that_postgres_cannot_store_is_refused(field: str) -> None:
    assert field in fields(refused(**{field: "a\0b"}))


def test_nul_in_a_word_is_refused_by_its_index() -> None:
    assert fields(refused(words_to_use=["fine", "a\0b"])) == ["words_to_use[1]"]


@pytest.mark.parametrize("blank", [" ", "\u200b"])
def test_blank_word_is_refused_by_its_index(blank: str) -> None:
    assert fields(refused(words_to_use=["fine", blank])) == ["words_to_use[1]"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "example.org",
        "https://",
        "https:///path",
        "http://me:secret@example.org/",
        "http://example.org:99999/",
        "http://[::1/",
        "http://exa mple.org/",
        "http://example.org/\x7f",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert fields(refused(topic=None, source_url=url)) == ["source_url"]


def test_unsupported_languages_are_named_with_what_is_possible() -> None:
    error = refused(language="xx", native_language="tlh")
    assert error.code == "unsupported_language"
    assert fields(error) == ["language", "native_language"]
    assert "de, en" in error.errors[0].message


def test_other_mistakes_outweigh_an_unsupported_language() -> None:
    error = refused(language="xx", topic=None)
    assert error.code == "input_invalid"
    assert sorted(fields(error)) == ["language", "topic"]


def test_translation_into_the_same_language_is_refused() -> None:
    assert fields(refused(native_language="de")) == ["native_language"]


def test_voice_of_nobody_is_refused() -> None:
    assert fields(refused(voice="Nobody")) == ["voice"]


def test_voice_without_narration_is_refused() -> None:
    assert fields(refused(voice="Kore", narrate=False)) == ["voice"]
