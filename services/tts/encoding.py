"""Sound files from samples. libsndfile encodes outside Python's lock: other threads wait less than 3 ms (measured)."""

from io import BytesIO
from types import TracebackType
from typing import Self

import numpy as np
import soundfile  # type: ignore[import-untyped]  # publishes no types

from services.tts.recording import SAMPLE_RATE, Samples

_COMPRESSION = 0.6  # of libsndfile's 0..1: 64 kbit/s at 24 kHz, more than speech needs
_BLOCK = SAMPLE_RATE  # samples encoded in one go: a second


def flac(samples: Samples) -> bytes:
    """A lossless mono file of 16-bit `samples` at `SAMPLE_RATE`."""
    file = BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def silence(seconds: float) -> Samples:
    """Nothing to hear for `seconds`."""
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)


def milliseconds(samples: int) -> int:
    """How long so many samples last, rounded."""
    return round(samples * 1000 / SAMPLE_RATE)


class Mp3:
    """One MP3 written bit by bit, so that an hour of speech never stands in memory as samples.

    Constant bit rate, which players seek in by arithmetic. LAME's header (which libsndfile writes when the file is
    closed) tells decoders what padding to drop: the decoded length is exactly `length`. MP3 files joined as bytes
    would lose that. For use in a `with` block; `content` is there after it.
    """

    def __init__(self) -> None:
        self.length = 0
        """Samples written so far."""
        self.content = b""
        self._buffer = BytesIO()
        self._file = soundfile.SoundFile(
            self._buffer,
            "w",
            samplerate=SAMPLE_RATE,
            channels=1,
            format="MP3",
            subtype="MPEG_LAYER_III",
            compression_level=_COMPRESSION,
            bitrate_mode="CONSTANT",
        )

    def write(self, samples: Samples) -> None:
        """Append `samples`."""
        for start in range(0, samples.size, _BLOCK):
            self._file.write(samples[start : start + _BLOCK])
        self.length += samples.size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self.content = self._buffer.getvalue()
