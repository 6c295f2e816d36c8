import pytest

from services.sandbox.faults import KINDS, Fault, FaultBook, FaultError, read_faults

TOO_MANY = Fault(provider="anthropic", kind="status", status=429)


def test_fault_strikes_as_often_as_its_count_and_only_its_provider() -> None:
    book = FaultBook((Fault(provider="deepl", kind="dropped", count=2),))
    assert book.take("gemini", "/x") is None
    assert [book.take("deepl", "/x") is not None for _ in range(3)] == [True, True, False]
    assert book.waiting() == []


def test_fault_lets_the_first_requests_pass() -> None:
    book = FaultBook((Fault(provider="deepl", kind="dropped", after=2),))
    assert [book.take("deepl", "/x") is not None for _ in range(4)] == [False, False, True, False]


def test_fault_for_a_path_waits_for_it() -> None:
    book = FaultBook((Fault(provider="deepl", kind="dropped", path="translate"),))
    assert book.take("deepl", "/deepl/v2/languages") is None
    assert book.take("deepl", "/deepl/v2/translate") is not None


def test_fault_that_is_always_there_stays_until_it_is_cleared() -> None:
    book = FaultBook((Fault(provider="s3", kind="dropped", always=True),))
    assert all(book.take("s3", "/x") for _ in range(5))
    book.clear()
    assert book.take("s3", "/x") is None


def test_older_faults_strike_first() -> None:
    book = FaultBook((TOO_MANY,))
    dropped = Fault(provider="anthropic", kind="dropped")
    book.add(dropped)
    assert book.waiting() == [TOO_MANY, dropped]
    assert [book.take("anthropic", "/x") for _ in range(3)] == [TOO_MANY, dropped, None]


@pytest.mark.parametrize(
    "document",
    [
        "not json",
        '{"provider": "openai", "kind": "dropped"}',
        '{"provider": "deepl", "kind": "silent_audio"}',
        '{"provider": "deepl", "kind": "status"}',
        '{"provider": "deepl", "kind": "status", "status": 200}',
        '{"provider": "deepl", "kind": "dropped", "count": 0}',
        '{"provider": "deepl", "kind": "dropped", "after": -1}',
        '{"provider": "deepl", "kind": "dropped", "colour": "red"}',
    ],
)
def test_fault_that_cannot_happen_is_refused(document: str) -> None:
    with pytest.raises(FaultError):
        read_faults(document)


def test_one_fault_and_a_list_of_faults_are_read() -> None:
    one = '{"provider": "anthropic", "kind": "status", "status": 429}'
    assert read_faults(one) == (TOO_MANY,)
    assert read_faults(f"[{one}, {one}]") == (TOO_MANY, TOO_MANY)


def test_every_provider_can_fail_below_its_answer() -> None:
    for kinds in KINDS.values():
        assert {"status", "latency", "dropped", "dropped_midway", "slow"} <= kinds
