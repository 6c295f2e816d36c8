"""Audio files as Deepgram takes them, decoded: WAV, FLAC and whatever else libsndfile reads, and raw PCM."""

import io

import msgspec
import numpy as np
import soundfile  # type: ignore[import-untyped]  # publishes no types
from numpy.typing import NDArray


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """Samples of 16 bits: one row a moment, one column a channel."""

    samples: NDArray[np.int16]
    rate: int

    @property
    def seconds(self) -> float:
        """Its duration."""
        return len(self.samples) / self.rate if self.rate else 0.0

    @property
    def channels(self) -> int:
        """One is mono."""
        return int(self.samples.shape[1])


class UnreadableAudioError(ValueError):
    """It is no audio file that can be decoded."""


def read_recording(body: bytes, encoding: str | None, rate: int) -> Recording:
    """Decode a request's body.

    Args:
        body: A file, or raw samples if `encoding` is `linear16` (mono, little-endian).
        encoding: As in the request's query.
        rate: Samples a second of raw samples.

    Raises:
        UnreadableAudioError: Neither.
    """
    if encoding == "linear16":
        whole = body[: len(body) // 2 * 2]
        return Recording(samples=np.frombuffer(whole, dtype="<i2").astype(np.int16).reshape(-1, 1), rate=rate)
    try:
        samples, found = soundfile.read(io.BytesIO(body), dtype="int16", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise UnreadableAudioError(str(error)) from error
    return Recording(samples=samples, rate=found)
