"""Annotating and translating an article."""

from collections.abc import Sequence

import msgspec

from services.nlp.batches import batches
from services.nlp.ports import Annotator, Batch, TranslatedAnswer, Translator
from shared.articles.model import Annotation, Article, Provenance, Translation
from shared.jobs.errors import PermanentError, TransientError
from shared.jobs.steps import Watch
from shared.languages import LANGUAGES, NATIVE_LANGUAGES
from shared.ledger.ports import Run

CALL_SECONDS = 60.0
"""The most one call may take; DeepL answers 50 sentences within a few."""


def annotate(article: Article, annotator: Annotator, watch: Watch) -> Annotation:
    """Cut `article` into sentences and words.

    Raises:
        PermanentError: `unsupported_language`; `input_invalid`, there is no word in it.
        TransientError: See `services.nlp.ports.Annotator`.
    """
    if article.language not in LANGUAGES:
        raise PermanentError("unsupported_language", f"Texts in {article.language!r} cannot be annotated.")
    watch.progress(0, 1, "finding sentences and words")
    annotation = annotator.annotate(article.text, article.language, article.level, watch)
    if annotation.profile.words == 0:
        raise PermanentError("input_invalid", "There is no word in the text.")
    watch.progress(1, 1, "annotated")
    return annotation


def translate(article: Article, sentences: Sequence[str], translator: Translator, run: Run) -> Translation:
    """Translate an article's sentences into its learner's language.

    A retry pays only for the batches that are missing: the ledger serves what was translated before.

    Args:
        article: Its language, and `native_language` to translate into.
        sentences: The annotation's, in order.
        translator: Who translates.
        run: Clock and ledger of this attempt.

    Raises:
        TransientError: The provider failed, or a gate refused its answer (`provider_bad_response`).
        PermanentError: `unsupported_language`, before anything is paid; or the provider will not translate.
    """
    native, source, target = _pair(article, translator, run.watch)
    todo = batches(sentences, source, target)
    translated: list[str] = []
    model = translator.model
    for batch in todo:
        run.watch.progress(len(translated), len(sentences), f"translating {len(sentences)} sentences")
        run.watch.check()
        part, model = _translated(batch, translator, run)
        translated += part
    run.watch.progress(len(sentences), len(sentences), "translated")
    provenance = Provenance(provider=translator.provider, model=model, sandbox=translator.sandbox)
    return Translation(language=native, sentences=translated, provenance=provenance)


def _pair(article: Article, translator: Translator, watch: Watch) -> tuple[str, str, str]:
    """The learner's language, and both languages in the provider's codes."""
    native = article.native_language
    language = LANGUAGES.get(article.language)
    target = NATIVE_LANGUAGES.get(native or "")
    if native is None or language is None or target is None or native == article.language:
        raise PermanentError("unsupported_language", f"Nothing translates {article.language!r} into {native!r}.")
    pairs = translator.pairs(seconds=min(watch.left(), CALL_SECONDS))
    if language.deepl_source not in pairs.sources or target not in pairs.targets:
        raise PermanentError("unsupported_language", f"DeepL does not translate {article.language} into {native}.")
    return native, language.deepl_source, target


def _translated(batch: Batch, translator: Translator, run: Run) -> tuple[list[str], str]:
    """The translations of one batch and the model that made them."""
    request = msgspec.json.encode([translator.provider, translator.model, batch], order="deterministic")
    seconds = min(run.watch.left(), CALL_SECONDS)
    paid = run.ledger.pay(
        translator.provider, translator.model, request, lambda: translator.translate(batch, seconds=seconds)
    )
    sentences = msgspec.msgpack.decode(paid.reply.body, type=TranslatedAnswer).sentences
    if len(sentences) != len(batch.sentences):
        detail = f"{len(batch.sentences)} sentences came back as {len(sentences)}."
        raise TransientError("provider_bad_response", detail, rejects=(paid.id,))
    if not all(sentence.strip() for sentence in sentences):
        raise TransientError("provider_bad_response", "A sentence came back empty.", rejects=(paid.id,))
    return sentences, paid.reply.model
