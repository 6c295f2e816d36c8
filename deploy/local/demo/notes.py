"""What the sandbox did in place of a provider, and which key brings the real one. Pure sentences."""

from collections.abc import Iterator

from services.cli.answers import ReadArticle
from shared.articles.model import Provenance

NO_TRANSLATION = "[no translation: sandbox]"
BANK = "sandbox/bank/"
EXTRACT = "sandbox/extract"


def notes(article: ReadArticle, topic: str | None) -> list[str]:
    """One sentence or two for everything that a provider's key would make better, each said once."""
    return [*_text_note(article, topic), *_translation_note(article), *_voice_note(article)]


def _text_note(article: ReadArticle, topic: str | None) -> Iterator[str]:
    model = article.provenance.model
    if model.startswith(BANK) and topic is not None:
        yield (
            f"The sandbox cannot write: for the topic “{topic}” it took the nearest text of its own bank, "
            f"“{article.title}”. With ANTHROPIC_API_KEY, Claude writes about the topic itself."
        )
    elif model == EXTRACT:
        yield (
            "The sandbox cannot simplify: it kept whole sentences of the source. With ANTHROPIC_API_KEY, Claude "
            f"retells the source for level {article.level}."
        )


def _translation_note(article: ReadArticle) -> Iterator[str]:
    marked = sum(NO_TRANSLATION in (sentence.translation or "") for sentence in article.sentences)
    if marked:
        yield (
            f"{NO_TRANSLATION} stands before {marked} of {len(article.sentences)} sentences: the sandbox only knows "
            "translations of its own texts, and glosses the other words it knows. With DEEPL_API_KEY, DeepL "
            "translates everything."
        )


def _voice_note(article: ReadArticle) -> Iterator[str]:
    if article.narration is None:
        return
    provenance: Provenance = article.narration.provenance
    if provenance.sandbox:
        yield (
            f"The voice {article.narration.voice} was spoken by espeak-ng. It sounds like a robot because it puts "
            "sounds together by rule, on this machine and without a model. With GEMINI_API_KEY, Gemini reads aloud."
        )
    else:
        yield f"The voice is {article.narration.voice} of {provenance.model} ({provenance.provider})."
