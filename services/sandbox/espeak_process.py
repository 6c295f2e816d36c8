"""The process in which espeak-ng lives: reads orders from its standard input, writes speech to its standard output.

Each order is carried out by a fork of the freshly loaded library, because espeak's sound depends on what it said
before (its wave generator keeps its phase) and equal text must give equal samples; and a crash ends that fork alone.
It ends when its input does, so it never outlives the sandbox.
"""

import os
import signal
import sys
from typing import IO

import msgspec

from services.sandbox.espeak import Espeak, NoSuchVoiceError, RawSpeech, SpeechOrder

_LONGEST = 60  # seconds for one order; espeak needs about a hundredth of the audio's duration
_LENGTH_BYTES = 4
_CHUNK = 1 << 16


class SpeechFailure(msgspec.Struct, frozen=True, tag="failure"):
    """Nothing was said. `no_such_voice` is the caller's doing; the rest is ours."""

    reason: str
    no_such_voice: bool = False


class Speech(msgspec.Struct, frozen=True, tag="speech"):
    """Something was said."""

    raw: RawSpeech


Outcome = Speech | SpeechFailure


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Send `content` with its length in front."""
    stream.write(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """What `write_frame` sent; `None` at the end of the stream, also in the middle of a frame."""
    length = stream.read(_LENGTH_BYTES)
    if len(length) < _LENGTH_BYTES:
        return None
    expected = int.from_bytes(length, "big")
    content = stream.read(expected)
    return content if len(content) == expected else None


def _say_in_fork(espeak: Espeak, frame: bytes) -> bytes:
    """The encoded outcome of one order."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _say_and_leave(espeak, frame, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        outcome = pipe.read()
    _, status = os.waitpid(child, 0)
    if status == 0:
        return outcome
    reason = f"espeak-ng ended with {os.waitstatus_to_exitcode(status)}."
    return msgspec.msgpack.encode(SpeechFailure(reason))


def _say_and_leave(espeak: Espeak, frame: bytes, writing: int) -> None:
    """In the fork: say it, hand it over, end. Nothing of the parent's may be cleaned up here."""
    signal.alarm(_LONGEST)
    outcome: Outcome
    try:
        order = msgspec.msgpack.decode(frame, type=SpeechOrder)
        try:
            outcome = Speech(espeak.say(order))
        except NoSuchVoiceError:
            outcome = SpeechFailure(f"There is no voice {order.voice!r}.", no_such_voice=True)
        left = memoryview(msgspec.msgpack.encode(outcome))
        while left:
            left = left[os.write(writing, left[:_CHUNK]) :]
    except BaseException:  # noqa: BLE001  a fork must never return into the loop of its parent
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Carry out orders until there are no more."""
    # Ctrl-C in a terminal goes to every process of the group; this one ends with its parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    espeak = Espeak()
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        write_frame(sys.stdout.buffer, _say_in_fork(espeak, frame))


if __name__ == "__main__":
    main()
