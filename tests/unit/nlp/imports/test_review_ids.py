"""A review of Anki's keeps its id however much of the log comes with it."""

from services.nlp.imports.collections import AnkiCard
from services.nlp.imports.memories import reviews_of

LOG = [(1_000, 3, 4000, 0), (2_000, 1, 4000, 1), (3_000, 4, 4000, 2)]


def card(log: list[tuple[int, int, int, int]]) -> AnkiCard:
    return AnkiCard(id=1, ord=0, type=2, queue=2, due=9, ivl=3, factor=2500, reps=3, lapses=1, data="", reviews=log)


def test_an_id_does_not_depend_on_what_came_before() -> None:
    whole, newest = reviews_of("guid", card(LOG)), reviews_of("guid", card(LOG[1:]))
    assert [each.id for each in newest] == [each.id for each in whole[1:]]
    assert len({each.id for each in (*whole, *reviews_of("another", card(LOG)))}) == 2 * len(LOG)
