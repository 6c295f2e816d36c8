"""Speaking one sentence of the lexicon."""

from services.tts.encoding import Mp3, milliseconds
from services.tts.pace import letters
from services.tts.ports import Speech
from services.tts.reading import reader_of
from services.tts.recording import SAMPLE_RATE
from shared.blobs.ports import Blobs
from shared.jobs.errors import PermanentError
from shared.ledger.ports import Run
from shared.lexicon.model import SentenceAudio, SentenceToSpeak

MP3 = "audio/mpeg"


def speak(sentence: SentenceToSpeak, voice: str | None, run: Run, speech: Speech, blobs: Blobs) -> SentenceAudio:
    """Read the sentence aloud, as articles are: what was spoken before is served by the ledger.

    Args:
        sentence: What to read.
        voice: One of the language's voices; null for its first.
        run: Clock, ledger and object keys of this attempt.
        speech: Who speaks.
        blobs: Where the recording is put.

    Raises:
        TransientError: The provider failed, or a gate refused the recording (`audio_empty`, `audio_truncated`).
        PermanentError: `unsupported_language`, `input_invalid` (voice, or a text without a word), or the provider will
            not speak the text.
    """
    reader = reader_of(sentence.language, voice, run, speech)
    if not letters(sentence.text):
        code = "input_invalid"
        raise PermanentError(code, "The sentence has nothing that could be spoken.")
    with Mp3() as mp3:
        mp3.write(reader.read(sentence.text))
    run.watch.check()
    key = run.key("sentence.mp3")
    blobs.put(key, mp3.content, MP3)
    return SentenceAudio(
        key=key,
        format=MP3,
        size=len(mp3.content),
        duration_ms=milliseconds(mp3.length),
        sample_rate=SAMPLE_RATE,
        provenance=reader.provenance(),
    )
