"""Narrating an article: every paragraph spoken and kept losslessly, then all of it as one MP3."""

from services.tts.encoding import Mp3, flac, milliseconds, silence
from services.tts.ports import Speech
from services.tts.reading import reader_of
from services.tts.recording import Samples
from shared.articles.model import Article, NarratedParagraph, Narration
from shared.blobs.ports import Blobs
from shared.ledger.ports import Run

PARAGRAPH_PAUSE = 0.6  # seconds of silence between two paragraphs, in the MP3 alone


def narrate(article: Article, voice: str | None, run: Run, speech: Speech, blobs: Blobs) -> Narration:
    """Read `article` aloud, paragraph by paragraph.

    A retry pays only for what is missing: the ledger serves what was spoken before. The offsets are counted in
    samples, so they are those of the joined audio.

    Args:
        article: What to read; its title is not read.
        voice: One of the language's voices; null for its first.
        run: Clock, ledger and object keys of this attempt.
        speech: Who speaks.
        blobs: Where the recordings are put.

    Raises:
        TransientError: The provider failed, or a gate refused a recording (`audio_empty`, `audio_truncated`).
        PermanentError: `unsupported_language`, `input_invalid` (voice), or the provider will not speak the text.
    """
    reader = reader_of(article.language, voice, run, speech)
    paragraphs = article.paragraphs
    kept: list[NarratedParagraph] = []
    with Mp3() as mp3:
        for index, paragraph in enumerate(paragraphs):
            run.watch.progress(index, len(paragraphs), f"speaking paragraph {index + 1} of {len(paragraphs)}")
            samples = reader.read(paragraph)
            if kept:
                mp3.write(silence(PARAGRAPH_PAUSE))
            key = run.key(f"paragraph-{index:03}.flac")
            blobs.put(key, flac(samples), "audio/flac")
            kept.append(_place(key, mp3.length, samples))
            mp3.write(samples)
    run.watch.check()
    audio_key = run.key("article.mp3")
    blobs.put(audio_key, mp3.content, "audio/mpeg")
    run.watch.progress(len(paragraphs), len(paragraphs), "spoken")
    duration = milliseconds(mp3.length)
    return Narration(
        key=audio_key, duration_ms=duration, voice=reader.voice, paragraphs=kept, provenance=reader.provenance()
    )


def _place(key: str, before: int, samples: Samples) -> NarratedParagraph:
    offset = milliseconds(before)
    return NarratedParagraph(key=key, offset_ms=offset, duration_ms=milliseconds(before + samples.size) - offset)
