import numpy as np
import pytest

from services.sandbox.espeak import RawSpeech
from services.sandbox.speech import RATE, _resampled


@pytest.mark.parametrize("count", [0, 1, 146, 147, 148, 22_050, 30_001])
def test_resampling_follows_straight_lines_between_samples(count: int) -> None:
    source = np.random.default_rng(count).integers(-32_768, 32_768, count).astype("<i2")
    resampled = _resampled(RawSpeech(rate=22_050, samples=source.tobytes(), words=[]))
    assert len(resampled) == count * RATE // 22_050
    if count:
        expected = np.interp(np.arange(len(resampled)) * 22_050 / RATE, np.arange(count), source)
        assert np.abs(resampled - expected).max() <= 1


def test_equal_rates_change_nothing() -> None:
    samples = np.arange(-500, 500, dtype="<i2").tobytes()
    assert _resampled(RawSpeech(rate=RATE, samples=samples, words=[])).tobytes() == samples
