"""Words of a text find their moments."""

from hypothesis import given
from hypothesis import strategies as st

from services.stt.matching import SLOWEST, match
from services.stt.normal_forms import normal_form
from services.stt.ports import HeardWord


def heard(text: str, *, start: int = 0, step: int = 500, length: int = 400) -> list[HeardWord]:
    """Words at regular moments."""
    return [
        HeardWord(word, start + index * step, start + index * step + length) for index, word in enumerate(text.split())
    ]


def test_words_get_the_times_at_which_they_were_heard() -> None:
    matching = match(["Der", "Hund", "schläft", "."], heard("der hund schlaft"), 2000)
    assert matching.times == [(0, 400), (500, 900), (1000, 1400), None]
    assert (matching.matched, matching.words) == (3, 3)


def test_a_word_that_was_missed_stands_between_its_neighbours() -> None:
    words = [HeardWord("der", 0, 400), HeardWord("schläft", 1000, 1400)]
    matching = match(["Der", "Hund", "schläft"], words, 2000)
    assert matching.times == [(0, 400), (400, 1000), (1000, 1400)]
    assert (matching.matched, matching.words) == (2, 3)


def test_missed_words_share_the_time_between_their_neighbours_by_letters() -> None:
    words = [HeardWord("ja", 0, 100), HeardWord("nein", 700, 900)]
    assert match(["ja", "eins", "zu", "nein"], words, 2000).times == [(0, 100), (100, 500), (500, 700), (700, 900)]


def test_a_missed_word_does_not_stretch_over_a_pause() -> None:
    words = [HeardWord("ja", 0, 100), HeardWord("nein", 9000, 9200)]
    assert match(["ja", "gut", "nein"], words, 9500).times[1] == (100, 100 + 3 * SLOWEST)


def test_missed_words_at_the_edges_stay_beside_the_words_that_were_heard() -> None:
    times = match(["am", "Anfang", "am", "Ende"], [HeardWord("anfang", 5000, 5400)], 9000).times
    assert times == [(5000 - 2 * 200, 5000), (5000, 5400), (5400, 5800), (5800, 6600)]


def test_a_word_that_was_misheard_is_timed_by_what_was_heard_instead() -> None:
    words = [HeardWord("der", 0, 300), HeardWord("xyz", 1500, 1700), HeardWord("bellt", 3000, 3300)]
    matching = match(["der", "Hund", "bellt"], words, 4000)
    assert matching.times == [(0, 300), (1500, 1700), (3000, 3300)]
    assert matching.matched == 2


def test_a_word_misheard_by_a_letter_is_matched() -> None:
    matching = match(["der", "Hund", "bellt"], heard("der bund bellt"), 2000)
    assert matching.times[1] == (500, 900)
    assert matching.matched == 3


def test_another_word_is_not_a_match() -> None:
    assert match(["der", "Mann"], heard("der tisch"), 1000).matched == 1
    assert match(["der", "Mann"], heard("der hans"), 1000).matched == 1


def test_letters_scattered_over_other_words_are_not_a_match() -> None:
    assert match(["abc"], heard("a qqqqqqqqqq bc"), 2000).matched == 0


def test_a_word_misheard_in_its_last_letter_lasts_to_its_end() -> None:
    assert match(["der", "Hund"], heard("der hunt"), 1000).times == [(0, 400), (500, 900)]


def test_fused_words_that_were_misheard_do_not_overlap() -> None:
    assert match(["abq", "cd"], [HeardWord("abcd", 0, 400)], 400).times == [(0, 200), (200, 400)]
    assert match(["abq", "rcd"], [HeardWord("abxcd", 0, 500)], 500).times == [(0, 300), (300, 500)]


def test_fused_words_share_the_time_and_split_ones_join_it() -> None:
    matching = match(["in", "the", "weekend"], [HeardWord("inthe", 0, 500), *heard("week end", start=500)], 2000)
    assert matching.times == [(0, 200), (200, 500), (500, 1400)]
    assert matching.matched == 3


def test_a_number_read_aloud_is_matched() -> None:
    matching = match(["er", "ist", "25", "Jahre"], heard("er ist fünf und zwanzig jahre"), 4000)
    assert matching.times[2] == (1000, 2400)
    assert matching.matched == 4


def test_a_number_heard_in_digits_is_matched() -> None:
    matching = match(["er", "hat", "zwei", "Hunde"], heard("er hat 2 hunde"), 4000)
    assert (matching.times[2], matching.matched) == ((1000, 1400), 4)


def test_a_number_where_nothing_was_heard_is_not() -> None:
    assert match(["er", "ist", "25", "Jahre"], heard("er ist jahre"), 4000).matched == 3


def test_of_two_numbers_read_as_one_neither_is_matched() -> None:
    assert match(["ja", "25", "30", "nein"], heard("ja fünf nein"), 2000).matched == 2


def test_words_that_are_cut_differently_are_not_compared_whole() -> None:
    tokens, words = ["の", "山", "の", "川"], heard("の山 の かわ")
    assert match(tokens, words, 2000, by_letter=False).matched == 1
    assert match(tokens, words, 2000, by_letter=True).matched == 3


def test_japanese_is_matched_across_different_cuts() -> None:
    words = [HeardWord("私は", 0, 400), HeardWord("学", 400, 600), HeardWord("生です", 600, 1200)]
    matching = match(["私", "は", "学生", "です", "。"], words, 1500, by_letter=True)
    assert matching.times == [(0, 200), (200, 400), (400, 800), (800, 1200), None]
    assert matching.matched == 4


def test_nothing_heard_times_nothing() -> None:
    matching = match(["der", "Hund", "."], [], 2000)
    assert matching.times == [None, None, None]
    assert (matching.matched, matching.words) == (0, 2)


def test_only_other_words_heard_times_nothing() -> None:
    assert match(["der", "Hund"], heard("xxx yyy zzz"), 2000).times == [None, None]


def test_a_repeated_word_goes_with_its_own_sentence() -> None:
    text = ["der", "Hund", "kommt", "und", "der", "Hund", "geht"]
    matching = match(text, heard("der hund kommt und der hund geht"), 4000)
    assert matching.times == [(index * 500, index * 500 + 400) for index in range(7)]


def test_times_outside_the_recording_are_brought_into_it() -> None:
    words = [HeardWord("der", -50, 300), HeardWord("hund", 200, 100), HeardWord("bellt", 900, 5000)]
    assert match(["der", "Hund", "bellt"], words, 1000).times == [(0, 300), (300, 300), (900, 1000)]


HEARD = st.builds(HeardWord, st.text("abcß1.，か", max_size=6), st.integers(-100, 9000), st.integers(-100, 9000))  # noqa: RUF001 - odd input is the point
TOKENS = st.lists(st.text("abcß1.，か", max_size=6), max_size=15)  # noqa: RUF001 - odd input is the point


@given(TOKENS, st.lists(HEARD, max_size=15), st.integers(0, 8000), st.booleans())
def test_times_rise_within_the_recording_whatever_was_heard(
    tokens: list[str],
    words: list[HeardWord],
    duration: int,
    by_letter: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    matching = match(tokens, words, duration, by_letter=by_letter)
    assert len(matching.times) == len(tokens)
    assert 0 <= matching.matched <= matching.words == sum(1 for token in tokens if normal_form(token))
    edges = [edge for time in matching.times if time for edge in time]
    assert edges == sorted(edges)
    assert all(0 <= edge <= duration for edge in edges)
    timed = {index for index, time in enumerate(matching.times) if time}
    assert timed in (set(), {index for index, token in enumerate(tokens) if normal_form(token)})
    assert bool(timed) == bool(matching.matched)


@given(st.lists(st.text("abcdefg", min_size=1, max_size=6), min_size=1, max_size=15), st.booleans())
def test_what_was_heard_perfectly_gets_its_very_times(tokens: list[str], by_letter: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    words = heard(" ".join(tokens))
    matching = match(tokens, words, 10_000, by_letter=by_letter)
    assert matching.times == [(word.start_ms, word.end_ms) for word in words]
    assert matching.matched == matching.words


@given(st.text("ab", max_size=50), st.text("ab", max_size=50))
def test_any_text_can_be_matched_with_any_other(text: str, other: str) -> None:
    assert len(match(list(text), heard(" ".join(other)), 30_000).times) == len(text)
