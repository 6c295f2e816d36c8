"""When each word of a text is spoken, from the words heard in its recording. Pure.

A word counts as matched if enough of its letters were heard close together, or if it is a number in digits that was
heard in words or the other way round. A word between two matched ones gets its share, by letters, of the time
between them; before the first and behind the last, of what is left of the recording.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, pairwise

import msgspec

from services.stt.linking import Letters, link
from services.stt.normal_forms import normal_form
from services.stt.ports import HeardWord
from services.stt.track import Place, Track
from shared.articles.model import Timing

MATCHED_SHARE = 0.6
"""Share of a word's letters that must have been heard: `Bund` for `Hund` will do, `ein` for `der` will not."""
SLOWEST = 200.0
"""Milliseconds a letter of an interpolated word lasts at most, so that no word stretches over a pause. Ordinary speech
has 60 to 80, Japanese about 180."""


class Matching(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome for one recording."""

    times: list[Timing | None]
    """One a token, rising, within the recording; null for punctuation, and for all if nothing was matched."""
    matched: int
    """Words that were heard."""
    words: int
    """Words that should have been heard."""


def match(tokens: Sequence[str], heard: Sequence[HeardWord], duration_ms: int, *, by_letter: bool = False) -> Matching:
    """Find the tokens in what was heard.

    Args:
        tokens: Words and punctuation marks of the text, in order.
        heard: What was heard in its recording, in any state.
        duration_ms: The length of the recording.
        by_letter: The recogniser cuts words in its own way (Japanese).
    """
    forms = [normal_form(token) for token in tokens]
    spoken = [index for index, form in enumerate(forms) if form]
    text = Letters([forms[index] for index in spoken])
    track = Track(heard, duration_ms)
    places = _places(text, track, by_letter=by_letter)
    times: list[Timing | None] = [None] * len(tokens)
    for index, time in zip(spoken, _times(text, track, places), strict=True):
        times[index] = time
    return Matching(times=times, matched=sum(place is not None for place in places), words=len(spoken))


def _places(text: Letters, track: Track, *, by_letter: bool) -> list[Place | None]:
    """Where each word was heard; null where it was not."""
    links = link(text, track.letters, by_letter=by_letter)
    taken = frozenset(links.values())
    places = [_place(text, word, links, taken, track) for word in range(len(text.forms))]
    for start, end in list(_unheard(places)):
        instead = track.whole_words(*_letters_between(places, start, end, track))
        if end - start == 1 and instead is not None and _is_number_read(text.forms[start], track, instead):
            places[start] = track.place(*instead)
    return places


def _place(text: Letters, word: int, links: dict[int, int], taken: frozenset[int], track: Track) -> Place | None:
    start, end = text.starts[word], text.starts[word + 1]
    linked = [letter for letter in range(start, end) if letter in links]
    if len(linked) < MATCHED_SHARE * (end - start):
        return None
    first, last = links[linked[0]], links[linked[-1]]
    if last - first >= 2 * (end - start) + 2:  # scattered over the transcript: chance
        return None
    first = track.grown(first, -1, linked[0] - start, taken)
    last = track.grown(last, 1, end - 1 - linked[-1], taken)
    return track.place(first, last + 1)


def _unheard(places: Sequence[Place | None]) -> Iterator[tuple[int, int]]:
    """Runs of words that were not heard: the first, and the one behind the last."""
    for is_unheard, run in groupby(range(len(places)), key=lambda word: places[word] is None):
        if is_unheard:
            words = list(run)
            yield words[0], words[-1] + 1


def _neighbours(places: Sequence[Place | None], start: int, end: int) -> tuple[Place | None, Place | None]:
    return (places[start - 1] if start else None), (places[end] if end < len(places) else None)


def _letters_between(places: Sequence[Place | None], start: int, end: int, track: Track) -> tuple[int, int]:
    """The letters heard between the neighbours of a run."""
    before, behind = _neighbours(places, start, end)
    return (before.end if before else 0), (behind.first if behind else len(track.letters.text))


def _is_number_read(form: str, track: Track, letters: tuple[int, int]) -> bool:
    heard = track.letters.text[slice(*letters)]
    return any(map(str.isdigit, form)) != any(map(str.isdigit, heard))


def _times(text: Letters, track: Track, places: Sequence[Place | None]) -> list[Timing | None]:
    """The times of all words, in whole milliseconds, rising; all null if none was heard."""
    if not any(places):
        return [None] * len(places)
    exact = [(place.start_ms, place.end_ms) if place else (0.0, 0.0) for place in places]
    for start, end in _unheard(places):
        exact[start:end] = _spread(text.forms[start:end], places, start, end, track)
    times: list[Timing | None] = []
    before = 0
    for begin, finish in exact:
        rounded = max(round(begin), before)
        before = round(finish)
        times.append((rounded, before))
    return times


def _spread(
    forms: Sequence[str], places: Sequence[Place | None], start: int, end: int, track: Track
) -> list[tuple[float, float]]:
    """Share out the time between the neighbours of a run that was not heard."""
    before, behind = _neighbours(places, start, end)
    opens, closes = (before.end_ms if before else 0.0), (behind.start_ms if behind else float(track.duration_ms))
    letters = sum(map(len, forms))
    instead = track.whole_words(*_letters_between(places, start, end, track))
    if instead is not None:  # something else was heard here: that is when it was said
        other = track.place(*instead)
        opens, pace = other.start_ms, (other.end_ms - other.start_ms) / letters
    else:
        pace = min(max(closes - opens, 0.0) / letters, SLOWEST)
        if before is None:  # right before the first word that was heard
            opens = closes - pace * letters
    ends = [opens + pace * count for count in accumulate(map(len, forms), initial=0)]
    return list(pairwise(ends))
