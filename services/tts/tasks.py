"""The steps of this service as the engine runs them: load, do, hand over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID

import msgspec

from services.tts.ports import Speech
from services.tts.references import referenced_keys
from services.tts.sentences import speak
from services.tts.steps import narrate
from services.tts.sweeping import old_enough, unreferenced
from shared.articles.model import ArticleRequest
from shared.articles.store import load_text, save_narration
from shared.blobs.ports import Blobs
from shared.jobs.steps import Done
from shared.jobs.turns import take_turn, under_way
from shared.jobs.wording import counted
from shared.lexicon.model import SpeechOrder
from shared.lexicon.spoken import attach_audio, load_sentence
from shared.queue.task import StepBody, StepRun

SWEEP_PAGE = 500
"""Objects whose references are looked up in one query."""


def bodies(speech: Speech, blobs: Blobs) -> Mapping[str, StepBody]:
    """What each task name of this service does."""
    return {
        "tts.narrate_text": lambda run: _narrate_text(run, speech, blobs),
        "tts.speak_sentence": lambda run: _speak_sentence(run, speech, blobs),
        "tts.sweep_objects": lambda run: _sweep_objects(run, blobs),
    }


def _narrate_text(run: StepRun, speech: Speech, blobs: Blobs) -> Done:
    article_id = UUID(run.outputs["write_text"]["article_id"])
    request = msgspec.json.decode(run.input, type=ArticleRequest)
    with run.database.connection() as connection:
        article = load_text(connection, article_id)
    narration = narrate(article, request.voice, run, speech, blobs)
    paragraphs = len(narration.paragraphs)
    return Done(
        summary=f"{counted(paragraphs, 'paragraph')}, {narration.duration_ms / 1000:.0f} s",
        output={
            "article_id": str(article_id),
            "audio_key": narration.key,
            "duration_ms": narration.duration_ms,
            "paragraphs": paragraphs,
        },
        save=lambda connection: save_narration(connection, article_id, narration),
    )


def _speak_sentence(run: StepRun, speech: Speech, blobs: Blobs) -> Done:
    order = msgspec.json.decode(run.input, type=SpeechOrder)
    with run.database.connection() as connection:
        mine = take_turn(connection, order.work, run.job_id)
        sentence = load_sentence(connection, order.sentence_id)
    output = {"sentence_id": str(order.sentence_id)}
    if sentence.spoken:  # by another job, or it would be paid twice
        return Done(summary="was spoken before", output=output)
    if not mine:
        raise under_way()
    audio = speak(sentence, order.voice, run, speech, blobs)
    return Done(
        summary=f"{audio.duration_ms / 1000:.1f} s",
        output={**output, "audio_key": audio.key, "duration_ms": audio.duration_ms},
        save=lambda connection: attach_audio(connection, order.sentence_id, sentence.text, audio),
    )


def _sweep_objects(run: StepRun, blobs: Blobs) -> Done:
    """Delete what no row points to. The whole bucket is ours."""
    objects = blobs.list("")
    now = datetime.now(UTC)
    seen = deleted = pages = 0
    while page := list(islice(objects, SWEEP_PAGE)):
        candidates = old_enough(page, now)
        with run.database.connection() as connection:
            referenced = referenced_keys(connection, candidates)
        for key in unreferenced(candidates, referenced):
            run.watch.check()
            blobs.delete(key)
            deleted += 1
        seen, pages = seen + len(page), pages + 1
        run.watch.progress(pages, pages + 1, f"{seen} objects seen, {deleted} deleted")
        run.watch.check()
    return Done(summary=f"{deleted} of {seen} objects deleted", output={"seen": seen, "deleted": deleted})
