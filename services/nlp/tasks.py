"""The steps of this service as the engine runs them: load, do, hand over."""

from collections.abc import Mapping
from uuid import UUID

from services.nlp import steps
from services.nlp.enrichment import enrich_lexicon
from services.nlp.learner_tasks import article_coverage, learner_bodies
from services.nlp.ports import Annotator, Translator
from shared.articles.store import load_sentences, load_text, save_annotation, save_coverage, save_translation
from shared.db.session import Connection
from shared.jobs.steps import Done
from shared.jobs.wording import counted
from shared.queue.task import StepBody, StepRun


def bodies(annotator: Annotator, translator: Translator) -> Mapping[str, StepBody]:
    """What each task name of this service does."""
    return {
        "nlp.annotate_text": lambda run: _annotate_text(run, annotator),
        "nlp.translate_text": lambda run: _translate_text(run, translator),
        "nlp.enrich_lexicon": enrich_lexicon,
        **learner_bodies(annotator),
    }


def _annotate_text(run: StepRun, annotator: Annotator) -> Done:
    article_id = UUID(run.outputs["write_text"]["article_id"])
    with run.database.connection() as connection:
        article = load_text(connection, article_id)
    annotation = steps.annotate(article, annotator, run.watch)
    fits = article_coverage(run, annotation)

    def save(connection: Connection) -> None:
        save_annotation(connection, article_id, annotation)
        if fits is not None:
            save_coverage(connection, article_id, fits)

    profile = annotation.profile
    return Done(
        summary=f"{counted(profile.sentences, 'sentence')}, {counted(profile.words, 'word')}",
        output={
            "article_id": str(article_id),
            "sentences": profile.sentences,
            "words": profile.words,
            "useful_words": len(annotation.useful_words),
            "estimated_level": profile.estimated_level,
            "engine": annotation.engine,
        },
        save=save,
    )


def _translate_text(run: StepRun, translator: Translator) -> Done:
    article_id = UUID(run.outputs["write_text"]["article_id"])
    with run.database.connection() as connection:
        article = load_text(connection, article_id)
        sentences = load_sentences(connection, article_id)
    translation = steps.translate(article, [sentence.text for sentence in sentences], translator, run)
    return Done(
        summary=f"{counted(len(translation.sentences), 'sentence')} into {translation.language}",
        output={
            "article_id": str(article_id),
            "sentences": len(translation.sentences),
            "language": translation.language,
        },
        save=lambda connection: save_translation(connection, article_id, translation),
    )
