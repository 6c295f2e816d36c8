from hypothesis import given
from hypothesis import strategies as st

from services.sandbox.extract import cut_down, keep_beginning
from services.sandbox.sentences import count_words

TEXT = [
    ["The lighthouse stands on the island.", "It rained.", "Nobody visits the lighthouse."],
    ["A keeper lives in the lighthouse.", "His name is Bob."],
    ["Bob likes soup."],
]


def _size(paragraphs: list[list[str]]) -> int:
    return sum(count_words(sentence, "en") for sentences in paragraphs for sentence in sentences)


def test_short_text_stays_as_it_is() -> None:
    assert cut_down(TEXT, 100, "en") == TEXT


def test_sentences_about_the_topic_stay_in_order_and_in_their_paragraphs() -> None:
    assert cut_down(TEXT, 16, "en") == [
        ["The lighthouse stands on the island.", "Nobody visits the lighthouse."],
        ["A keeper lives in the lighthouse."],
    ]


def test_the_first_sentence_always_stays() -> None:
    assert cut_down(TEXT, 1, "en") == [["The lighthouse stands on the island."]]


def test_beginning_ends_with_the_sentence_that_reaches_the_length() -> None:
    assert keep_beginning(TEXT, 7, "en") == [["The lighthouse stands on the island.", "It rained."]]
    assert keep_beginning(TEXT, 13, "en")[1] == ["A keeper lives in the lighthouse."]


def test_japanese_is_cut_by_its_characters() -> None:
    text = [["森を歩きます。", "鳥の声を聞きました。", "森はとても静かです。"]]
    kept = cut_down(text, 8, "ja")
    assert kept == [["森を歩きます。", "森はとても静かです。"]]


@given(
    st.lists(st.lists(st.sampled_from([s for p in TEXT for s in p]), min_size=1, max_size=6), max_size=6),
    st.integers(1, 80),
)
def test_nothing_is_invented_and_the_length_is_about_right(paragraphs: list[list[str]], length: int) -> None:
    kept = cut_down(paragraphs, length, "en")
    remaining = iter([sentence for sentences in paragraphs for sentence in sentences])
    assert all(sentence in remaining for sentences in kept for sentence in sentences), "a subsequence"
    assert all(kept)
    longest = max((count_words(sentence, "en") for sentences in paragraphs for sentence in sentences), default=0)
    assert _size(kept) <= length + longest
    assert _size(kept) >= min(length, _size(paragraphs)) - longest
