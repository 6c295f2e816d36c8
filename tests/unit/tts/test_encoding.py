"""Sound files: lossless ones are lossless, and the MP3 is as long as its samples and in step with them."""

from io import BytesIO

import numpy as np
import soundfile  # type: ignore[import-untyped]  # publishes no types

from services.tts.encoding import Mp3, flac, milliseconds, silence
from services.tts.recording import SAMPLE_RATE, Samples


def speech_like(seconds: float, seed: int = 1) -> Samples:
    """Noise in syllables: four bursts a second of different loudness."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    loudness = (
        np.abs(np.sin(4 * np.pi * time)) * random.uniform(0.2, 1, time.size // 6000 + 1).repeat(6000)[: time.size]
    )
    return (random.normal(0, 4000, time.size) * loudness).astype(np.int16)


def decoded(content: bytes) -> Samples:
    samples, rate = soundfile.read(BytesIO(content), dtype="int16")
    assert rate == SAMPLE_RATE
    return np.asarray(samples)


def test_flac_gives_back_the_same_samples() -> None:
    samples = speech_like(1.3)
    assert np.array_equal(decoded(flac(samples)), samples)


def test_the_mp3_is_as_long_as_what_was_written() -> None:
    parts = [speech_like(1.7), silence(0.6), speech_like(2.31, seed=2)]
    with Mp3() as mp3:
        for part in parts:
            mp3.write(part)
    length = sum(part.size for part in parts)
    assert mp3.length == length
    assert abs(milliseconds(decoded(mp3.content).size) - milliseconds(length)) <= 50


def test_the_mp3_is_in_step_with_its_samples() -> None:
    samples = speech_like(3)
    with Mp3() as mp3:
        mp3.write(samples)
    heard = np.abs(decoded(mp3.content)).astype(float)
    original = np.abs(samples).astype(float)
    middle = slice(SAMPLE_RATE, 2 * SAMPLE_RATE)
    most = SAMPLE_RATE // 20  # 50 ms to either side
    lags = range(-most, most + 1, 24)
    likeness = [float(original[middle] @ np.roll(heard, -lag)[middle]) for lag in lags]
    assert abs(lags[int(np.argmax(likeness))]) <= SAMPLE_RATE // 100


def test_the_mp3_is_small() -> None:
    with Mp3() as mp3:
        mp3.write(speech_like(4))
    assert len(mp3.content) < 4 * 10_000


def test_durations_are_rounded() -> None:
    assert milliseconds(SAMPLE_RATE) == 1000
    assert milliseconds(23) == 1
    assert silence(0.5).size == SAMPLE_RATE // 2
