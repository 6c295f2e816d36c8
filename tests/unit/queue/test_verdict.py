"""What is told of a step that is performed alone, through a pipe."""

import os

import pytest

from shared.queue.verdict import LONGEST, Begun, Exited, Told, Word, hear, tell

WORDS = (
    Begun(),
    Told("succeeded 3 paragraphs", failed=False),
    Told("provider_timeout\nafter 31.2 s", failed=True),
    Told("für 愛", failed=False),
    Exited(0),
    Exited(-9),
)


def test_words_arrive_as_they_were_told_and_then_the_process_is_gone() -> None:
    hearing, telling = os.pipe()
    with os.fdopen(hearing, "rb") as pipe:
        for word in WORDS:
            tell(telling, word)
        os.close(telling)
        assert [hear(pipe) for _ in WORDS] == list(WORDS)
        assert hear(pipe) == Exited(None)


def test_a_word_is_heard_while_the_pipe_is_open() -> None:
    hearing, telling = os.pipe()
    with os.fdopen(hearing, "rb") as pipe:
        tell(telling, Begun())
        assert hear(pipe) == Begun()
        os.close(telling)


@pytest.mark.parametrize("word", WORDS)
def test_nobody_need_listen(word: Word) -> None:
    hearing, telling = os.pipe()
    os.close(hearing)
    tell(telling, word)
    os.close(telling)


@pytest.mark.parametrize("letter", ["ä", "\0", "愛"])
def test_a_long_sentence_is_cut_and_never_fills_the_pipe(letter: str) -> None:
    hearing, telling = os.pipe()
    os.set_blocking(telling, False)
    with os.fdopen(hearing, "rb") as pipe:
        tell(telling, Told(letter * 100_000, failed=True))
        assert hear(pipe) == Told(letter * LONGEST, failed=True)
    os.close(telling)
