"""What makes these orders sound."""

from uuid import UUID

from services.api.analyses.schemas import AnalysisOrder, DetectionOrder
from services.api.articles.queries import article_row
from services.api.pairs import Pair, pair_of
from services.api.problems import FieldError, input_invalid
from services.api.visits import Visit
from shared.languages import LANGUAGES, NATIVE_LANGUAGES
from shared.learning.detection import WordSearch
from shared.lexicon.analysis import WordQuery
from shared.lexicon.headwords import tidy


def query_of(order: AnalysisOrder) -> WordQuery:
    """The word as the lexicon has it.

    Raises:
        ApiError: 400, naming every field that is wrong.
    """
    unsupported = []
    if order.language not in LANGUAGES:
        unsupported.append(FieldError("language", f"must be one of {', '.join(LANGUAGES)}"))
    if order.native_language not in NATIVE_LANGUAGES:
        unsupported.append(FieldError("native_language", f"must be one of {', '.join(NATIVE_LANGUAGES)}"))
    if unsupported:
        raise input_invalid(unsupported, "unsupported_language")
    if order.language == order.native_language:
        raise input_invalid([FieldError("native_language", "must differ from language")])
    return WordQuery(language=order.language, lemma=tidy(order.lemma), native_language=order.native_language)


async def search_of(visit: Visit, order: DetectionOrder) -> WordSearch:
    """The search, in a text or article of the pair's language.

    Raises:
        ApiError: 400, not exactly one text, or one in another language; 404, no such pair or article of the caller;
            409, no pair is given and none is active.
    """
    if (order.text is None) == (order.article_id is None):
        raise input_invalid([FieldError("text", "exactly one of text, article_id is required")])
    pair = await pair_of(visit.resources.database, visit.owner_id, order.pair_id)
    if order.article_id is not None:
        await _require_language(visit, order.article_id, pair)
    return WordSearch(
        pair_id=pair.id, language=pair.language, level=order.level, text=order.text, article_id=order.article_id
    )


async def _require_language(visit: Visit, article_id: UUID, pair: Pair) -> None:
    row = await article_row(visit.resources.database, article_id, visit.owner_id)
    if row["language"] != pair.language:
        message = f"is in {row['language']}, and the language pair is for {pair.language}"
        raise input_invalid([FieldError("article_id", message)])
