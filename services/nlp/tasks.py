"""The worker's tasks: load what a step needs, do it, say what is to be stored."""

from collections.abc import Mapping
from uuid import UUID

from services.nlp import steps
from services.nlp.ports import Annotator, Translator
from shared.articles.store import load_sentences, load_text, save_annotation, save_translation
from shared.jobs.steps import Done
from shared.jobs.wording import counted
from shared.queue.task import StepBody, StepRun


def bodies(annotator: Annotator, translator: Translator) -> dict[str, StepBody]:
    """The service's tasks by name."""
    return {
        "nlp.annotate_text": lambda run: annotate_text(run, annotator),
        "nlp.translate_text": lambda run: translate_text(run, translator),
    }


def annotate_text(run: StepRun, annotator: Annotator) -> Done:
    """Annotate the article that `write_text` wrote."""
    article_id = _article_id(run.outputs)
    with run.database.connection() as connection:
        article = load_text(connection, article_id)
    annotation = steps.annotate(article, annotator, run.watch)
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
        save=lambda connection: save_annotation(connection, article_id, annotation),
    )


def translate_text(run: StepRun, translator: Translator) -> Done:
    """Translate the sentences that `annotate_text` found."""
    article_id = _article_id(run.outputs)
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


def _article_id(outputs: Mapping[str, Mapping[str, object]]) -> UUID:
    """Both steps stand behind `write_text`, the second through the first."""
    written = outputs.get("write_text") or outputs["annotate_text"]
    return UUID(str(written["article_id"]))
