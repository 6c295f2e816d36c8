"""Sentences cut into calls that the provider accepts."""

from hypothesis import given
from hypothesis import strategies as st

from services.nlp.batches import MOST_BYTES, MOST_SENTENCES, batches


def test_fifty_sentences_are_one_call_and_fifty_one_are_two() -> None:
    assert [len(batch.sentences) for batch in batches(["Ja."] * 50, "DE", "EN-GB")] == [50]
    assert [len(batch.sentences) for batch in batches(["Ja."] * 51, "DE", "EN-GB")] == [50, 1]


def test_long_sentences_are_fewer_a_call() -> None:
    sentence = "é" * (MOST_BYTES // 5)  # two bytes each
    assert [len(batch.sentences) for batch in batches([sentence] * 5, "FR", "DE")] == [2, 2, 1]


def test_the_context_is_the_text_of_the_batch() -> None:
    assert batches(["Ja.", "Nein."], "DE", "EN-GB")[0].context == "Ja. Nein."
    assert batches(["はい。", "いいえ。"], "JA", "EN-GB")[0].context == "はい。いいえ。"


def test_no_sentences_are_no_calls() -> None:
    assert batches([], "DE", "EN-GB") == []


@given(st.lists(st.integers(1, 15_000).map(lambda length: "あ" * length), max_size=120))
def test_nothing_is_lost_and_every_limit_is_kept(sentences: list[str]) -> None:
    found = batches(sentences, "JA", "DE")
    assert [sentence for batch in found for sentence in batch.sentences] == sentences
    for batch in found:
        assert len(batch.sentences) <= MOST_SENTENCES
        assert len(batch.sentences) == 1 or sum(len(sentence.encode()) for sentence in batch.sentences) <= MOST_BYTES
