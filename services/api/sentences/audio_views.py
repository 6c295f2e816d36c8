"""What clients see of a sentence's audio. Pure."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from services.api.articles.assembly import AUDIO_LIFE
from services.api.sentences.schemas import AudioView
from shared.lexicon.model import SentenceAudio

_audio = msgspec.json.Decoder(SentenceAudio).decode


def audio_view(stored: bytes | None, sign: Callable[[str, int], str], now: datetime) -> AudioView | None:
    """Where it can be heard, and who speaks; null if we have no recording.

    Args:
        stored: The column `audio`.
        sign: Makes an address from an object key that lives for so many seconds.
        now: When the address is made.
    """
    audio = SentenceAudio() if stored is None else _audio(stored)
    if audio.key is None:
        return None
    by = audio.provenance
    return AudioView(
        url=sign(audio.key, int(AUDIO_LIFE.total_seconds())),
        expires_at=now + AUDIO_LIFE,
        format=audio.format or None,
        size=audio.size or None,
        duration_ms=audio.duration_ms or None,
        sample_rate=audio.sample_rate or None,
        generated=by is not None,
        model=None if by is None else by.model,
        voice=None if by is None else by.voice,
        author=audio.author,
        licence=audio.licence,
    )
