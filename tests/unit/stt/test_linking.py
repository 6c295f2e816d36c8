"""Two lines of letters side by side."""

from hypothesis import given
from hypothesis import strategies as st

from services.stt import linking
from services.stt.linking import Letters, link

WORDS = st.lists(st.text("abc", min_size=1, max_size=4), max_size=12)


def linked(text: list[str], heard: list[str], *, by_letter: bool = False) -> str:
    """The text with a dot for each letter that was not heard."""
    letters = Letters(text)
    links = link(letters, Letters(heard), by_letter=by_letter)
    return "".join(letter if place in links else "." for place, letter in enumerate(letters.text))


def test_equal_words_are_linked_whole() -> None:
    assert linked(["der", "hund"], ["der", "hund"]) == "derhund"


def test_a_sentence_that_was_left_out_draws_no_letters_from_its_neighbours() -> None:
    text = ["der", "hund", "bellt", "die", "nase", "dort", "ist", "gross", "und", "dann", "ging", "er"]
    heard = ["der", "hund", "bellt", "und", "dann", "ging", "er"]
    assert linked(text, heard) == "derhundbellt" + "." * len("dienasedortistgross") + "unddannginger"


def test_fused_and_split_words_find_each_other() -> None:
    assert linked(["in", "the", "end"], ["inthe", "e", "nd"]) == "intheend"


def test_words_that_are_cut_differently_are_linked_by_letters() -> None:
    assert linked(["私", "は", "学生", "です"], ["私は", "学", "生です"], by_letter=True) == "私は学生です"


def test_a_stretch_too_large_to_compare_stays_unlinked() -> None:
    most = round(linking.MOST_PAIRS**0.5)
    assert link(Letters(["a" * (most + 1)]), Letters(["a" * (most + 1), "b"]), by_letter=True) == {}


@given(WORDS, WORDS, st.booleans())
def test_links_rise_on_both_sides_and_join_equal_letters(text: list[str], heard: list[str], by_letter: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    here, there = Letters(text), Letters(heard)
    links = link(here, there, by_letter=by_letter)
    assert list(links) == sorted(links)
    assert list(links.values()) == sorted(set(links.values()))
    assert all(here.text[one] == there.text[other] for one, other in links.items())


@given(WORDS)
def test_what_was_heard_perfectly_is_linked_entirely(text: list[str]) -> None:
    length = sum(map(len, text))
    assert link(Letters(text), Letters(text), by_letter=False) == {place: place for place in range(length)}
