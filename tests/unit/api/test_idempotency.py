import msgspec
import pytest

from services.api.articles.schemas import ArticleOrder
from services.api.batches.schemas import BatchOrder
from services.api.idempotency import idempotency_of, require_same
from services.api.problems import ApiError
from shared.jobs.submission import Idempotency

ORDER = ArticleOrder(language="de", level="A2", topic="cats")


def hash_of(order: msgspec.Struct) -> str:
    found = idempotency_of("k", order)
    assert found is not None
    return found.hash


def test_without_a_key_there_is_nothing_to_remember() -> None:
    assert idempotency_of(None, ORDER) is None


def test_hash_is_of_what_was_understood() -> None:
    written = (
        b'{ "topic" : "c\\u0061ts", "level": "A2", "words_to_use": [], "language": "de", "native_language": null }'
    )
    assert hash_of(msgspec.json.decode(written, type=ArticleOrder)) == hash_of(ORDER)


def test_field_of_a_later_release_does_not_change_the_hash_of_those_who_do_not_use_it() -> None:
    later = msgspec.defstruct("Later", [("added", str, "no")], bases=(ArticleOrder,), kw_only=True, omit_defaults=True)
    assert hash_of(later(language="de", level="A2", topic="cats")) == hash_of(ORDER)
    assert hash_of(later(language="de", level="A2", topic="cats", added="yes")) != hash_of(ORDER)


@pytest.mark.parametrize("change", [{"topic": "dogs"}, {"level": "A1"}, {"narrate": False}, {"words_to_use": ["a"]}])
def test_another_order_has_another_hash(change: dict[str, object]) -> None:
    other = msgspec.structs.replace(ORDER, **change)
    assert hash_of(other) != hash_of(ORDER)
    assert hash_of(BatchOrder(items=[ORDER, other])) != hash_of(BatchOrder(items=[other, ORDER]))


@pytest.mark.parametrize("key", [" ", "a", "~" * 255])
def test_printable_key_is_taken_as_it_is(key: str) -> None:
    found = idempotency_of(key, ORDER)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("key", ["", "~" * 256, "ä", "a\n", "\x7f", "a\x00"])
def test_other_key_is_refused(key: str) -> None:
    with pytest.raises(ApiError) as caught:
        idempotency_of(key, ORDER)
    assert [error.field for error in caught.value.errors] == ["Idempotency-Key"]


def test_other_hash_is_refused() -> None:
    require_same(Idempotency("k", "a"), "a")
    with pytest.raises(ApiError) as caught:
        require_same(Idempotency("k", "a"), "b")
    assert (caught.value.status, caught.value.code) == (422, "idempotency_key_reused")
