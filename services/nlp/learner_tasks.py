"""The steps of this service that are about one learner, as the engine runs them: load, do, hand over."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import msgspec

from services.nlp import detection, steps
from services.nlp.coverage import coverage, lemmas, to_avoid
from services.nlp.fitting import optimised, require_enough
from services.nlp.ports import Annotator
from shared.articles.model import Annotation, Article, ArticleRequest, Coverage, Level, Sentence
from shared.articles.store import load_text
from shared.jobs.errors import PermanentError
from shared.jobs.steps import Done
from shared.jobs.wording import counted
from shared.learning.detection import DetectedWord, WordSearch
from shared.learning.fitting import Answered, answers, replay_all, telling
from shared.learning.known_words import statuses
from shared.learning.settings_rows import save_weights
from shared.lexicon.lookup import look_up
from shared.queue.task import StepBody, StepRun

Optimise = Callable[[Sequence[Answered]], tuple[float, ...]]
"""Finds the weights of the scheduler that fit these answers."""
ANY_LEVEL: Level = "B1"
"""What a text is cut with when nobody knows its level: cutting does not depend on it."""


def learner_bodies(annotator: Annotator, optimise: Optimise = optimised) -> Mapping[str, StepBody]:
    """What each task name does."""
    return {
        "nlp.measure_words": lambda run: _measure_words(run, annotator),
        "nlp.detect_words": lambda run: _detect_words(run, annotator),
        "nlp.fit_scheduler": lambda run: _fit_scheduler(run, optimise),
    }


def article_coverage(run: StepRun, annotation: Annotation) -> Coverage | None:
    """How the article that the run is about fits its learner; null if it was not ordered for a language pair."""
    request = msgspec.json.decode(run.input, type=ArticleRequest)
    if request.pair_id is None:
        return None
    with run.database.connection() as connection:
        known = statuses(connection, run.owner_id, request.pair_id, lemmas(annotation.sentences))
    revised = bool(run.outputs.get("revise_text", {}).get("revised"))
    return coverage(annotation.sentences, request.level, known, request.due_words, revised=revised)


def _measure_words(run: StepRun, annotator: Annotator) -> Done:
    """Find out whether the text is too hard for its learner, before anything is made from it."""
    request = msgspec.json.decode(run.input, type=ArticleRequest)
    article_id = UUID(run.outputs["write_text"]["article_id"])
    with run.database.connection() as connection:
        article = load_text(connection, article_id)
    found = article_coverage(run, steps.annotate(article, annotator, run.watch))
    if found is None:
        return Done(summary="for nobody in particular", output={"avoid": []})
    avoid = to_avoid(found, request.words_to_use)
    summary = f"{found.known_share:.0%} known, {counted(len(avoid), 'word')} to avoid"
    return Done(summary=summary, output={"known_share": found.known_share, "avoid": avoid})


def _detect_words(run: StepRun, annotator: Annotator) -> Done:
    search = msgspec.json.decode(run.input, type=WordSearch)
    text, level = _text(run, search)
    run.watch.progress(0, 1, "finding words")
    annotation = annotator.annotate(text, search.language, level or ANY_LEVEL, run.watch)
    level = level or annotation.profile.estimated_level
    words = _detected(run, search, annotation.sentences, level)
    output = {"level": level, "words": msgspec.to_builtins(words)}
    return Done(summary=counted(len(words), "word"), output=output)


def _text(run: StepRun, search: WordSearch) -> tuple[str, Level | None]:
    """What to look through, and the level to look with if it is known.

    Raises:
        PermanentError: ``article_deleted``, or it is not the learner's.
    """
    if search.article_id is None:
        return search.text or "", search.level
    with run.database.connection() as connection:
        article: Article = load_text(connection, search.article_id)
    if article.owner_id != run.owner_id:
        code = "article_deleted"
        raise PermanentError(code, "There is no such article.")
    return article.text, search.level or article.level


def _detected(run: StepRun, search: WordSearch, sentences: Sequence[Sentence], level: Level) -> list[DetectedWord]:
    with run.database.connection() as connection:
        in_bank = statuses(connection, run.owner_id, search.pair_id, lemmas(sentences))
        found = detection.candidates(sentences, level, in_bank)
        known = look_up(connection, run.owner_id, search.language, [word.lemma for word in found])
    meanings = {lemma: [word.id for word in words] for lemma, words in known.items()}
    return detection.detected(found, sentences, level, meanings)


def _fit_scheduler(run: StepRun, optimise: Optimise) -> Done:
    """Fit, keep the weights, replay the cards. The last two are not for the finishing transaction, which is short."""
    with run.database.connection() as connection:
        require_enough(telling(connection, run.owner_id))
        answered = answers(connection, run.owner_id)
    run.watch.progress(0, 1, f"fitting to {len(answered)} reviews")
    weights = optimise(answered)
    run.watch.check()
    with run.database.connection() as connection:
        save_weights(connection, run.owner_id, weights)
        for done, total in replay_all(connection, run.owner_id):
            run.watch.progress(done, total, "scheduling cards anew")
            run.watch.check()
    return Done(summary=f"fitted to {len(answered)} reviews", output={"reviews": len(answered)})
