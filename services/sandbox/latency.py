"""How long the real providers take, about: assumptions for rehearsals of throughput, not measurements."""

import asyncio

import msgspec


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """Waits in seconds. Everything zero is `off`."""

    first_token: float = 0.0
    output_token: float = 0.0
    speech_request: float = 0.0
    speech_second: float = 0.0
    """For each second of audio made."""
    translation_request: float = 0.0
    hearing_request: float = 0.0
    hearing_second: float = 0.0
    """For each second of audio heard."""

    def times(self, factor: float) -> "Latency":
        """All waits so many times as long."""
        return Latency(**{name: wait * factor for name, wait in msgspec.structs.asdict(self).items()})


REALISTIC = Latency(
    first_token=0.8,
    output_token=1 / 80,
    speech_request=0.8,
    speech_second=0.12,
    translation_request=0.25,
    hearing_request=0.5,
    hearing_second=0.02,
)


async def wait(seconds: float) -> None:
    """Let that much time pass; nothing happens for zero."""
    if seconds > 0:
        await asyncio.sleep(seconds)
