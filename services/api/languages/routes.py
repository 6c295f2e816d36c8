"""What can be generated, spoken, heard, translated and tagged, and with which voices."""

from litestar import get

from services.api.articles import schemas as article
from services.api.auth import PUBLIC
from services.api.languages.schemas import LanguagesView, LanguageView, LevelView, LimitsView
from shared.articles.model import DEFAULT_LENGTH
from shared.languages import LANGUAGES, NATIVE_LANGUAGES, Language


@get(
    "/api/languages",
    opt=PUBLIC,
    tags=["Languages"],
    operation_id="listLanguages",
    summary="What is possible in which language",
    description="Languages with their voices, levels and limits. Needs no key.",
    response_description="All languages, levels and limits.",
    security=[{}],
)
async def list_languages() -> LanguagesView:
    """Everything an order may name."""
    return LanguagesView(
        languages=[_view(language) for language in LANGUAGES.values()],
        native_languages=list(NATIVE_LANGUAGES),
        levels=[LevelView(level=level, default_length=length) for level, length in DEFAULT_LENGTH.items()],
        limits=LimitsView(
            topic_characters=article.MOST_TOPIC,
            source_text_characters=article.MOST_SOURCE_TEXT,
            source_url_characters=article.MOST_SOURCE_URL,
            least_length_words=article.LEAST_LENGTH,
            most_length_words=article.MOST_LENGTH,
            words_to_use=article.MOST_WORDS_TO_USE,
            word_characters=article.MOST_WORD,
        ),
    )


def _view(language: Language) -> LanguageView:
    """A row says what a language can do: with a pipeline it is tagged, with voices spoken, with a model heard."""
    return LanguageView(
        code=language.code,
        name=language.name,
        native_name=language.native_name,
        generated=True,
        tagged=bool(language.spacy_pipeline),
        translated=bool(language.deepl_source),
        spoken=bool(language.voices),
        heard=bool(language.deepgram_model),
        voices=list(language.voices),
        locale=language.speech_locale,
    )
