from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.sandbox.memory import Memory
from services.sandbox.speech import Spoken
from services.sandbox.word_times import SpokenWord

SILENCE = np.zeros(5_000, dtype=np.int16)


def _sound(seed: int, count: int = 10_000) -> NDArray[np.int16]:
    return np.random.default_rng(seed).integers(1, 9_999, count, dtype=np.int16)


def _spoken(text: str, audio: NDArray[np.int16]) -> Spoken:
    words = [SpokenWord(text=text, start=100, end=len(audio) - 100)]
    return Spoken(language="en", text=text, voice="en+f2", pcm=audio.tobytes(), words=words)


def _texts(memory: Memory, *audio: NDArray[np.int16]) -> list[str] | None:
    heard = memory.recognise(np.concatenate(audio))
    return None if heard is None else [part.text for part in heard]


@pytest.fixture(name="memory")
def _memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path)


def test_silence_around_a_recording_moves_its_words(memory: Memory) -> None:
    audio = np.concatenate([SILENCE[:500], _sound(1), SILENCE])
    memory.remember(_spoken("one", audio))
    heard = memory.recognise(np.concatenate([SILENCE, audio]))
    assert heard is not None
    assert heard[0].words == [SpokenWord(text="one", start=5_100, end=5_000 + len(audio) - 100)]


def test_recordings_with_the_same_opening_are_told_apart(memory: Memory) -> None:
    opening = _sound(1)
    long, short = np.concatenate([opening, _sound(2)]), opening
    memory.remember(_spoken("short", short))
    memory.remember(_spoken("long", long))
    assert _texts(memory, long) == ["long"]
    assert _texts(memory, short, SILENCE, long) == ["short", "long"]


def test_unknown_part_makes_all_of_it_unknown(memory: Memory) -> None:
    memory.remember(_spoken("one", _sound(1)))
    assert _texts(memory, _sound(1), SILENCE, _sound(2)) is None
    assert _texts(memory, _sound(2)) is None


def test_very_short_sounds_are_known_as_well(memory: Memory) -> None:
    memory.remember(_spoken("beep", _sound(1, count=300)))
    assert _texts(memory, _sound(1, count=300)) == ["beep"]


def test_silence_is_neither_kept_nor_heard(memory: Memory, tmp_path: Path) -> None:
    memory.remember(_spoken("", SILENCE))
    assert not list(tmp_path.iterdir())
    assert memory.recognise(SILENCE) is None
    assert memory.recognise(SILENCE[:0]) is None


def test_what_was_said_again_is_kept_once(memory: Memory, tmp_path: Path) -> None:
    for _ in range(2):
        memory.remember(_spoken("one", _sound(1)))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
