"""What to learn next, and how far one is."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from services.api.openapi_responses import INVALID, NO_PAIR, NOT_FOUND, OWNED
from services.api.pairs import pair_of
from services.api.visits import Visit
from services.api.vocabulary import recommendations
from services.api.vocabulary.progress import progress, word_progress
from services.api.vocabulary.schemas import ProgressView, Recommendations, WordProgress
from shared.articles.model import Level

PairId = Annotated[
    UUID | None,
    QueryParameter(name="pair_id", description="One of the caller's language pairs; the active one without."),
]
Levels = Annotated[
    list[Level] | None, QueryParameter(name="level", description="Only these levels; several times for several.")
]
Limit = Annotated[
    int, QueryParameter(name="limit", ge=1, le=recommendations.MOST, description="How many words at most.")
]


class ProgressController(Controller):
    """The caller's way through the words of a language."""

    path = "/api/vocabulary"
    tags = ("Vocabulary",)

    @get(
        "/recommendations",
        operation_id="recommendWords",
        summary="What to learn next",
        description="The most frequent words of the lowest levels that the word bank does not have.",
        response_description="The words, the most useful first.",
        responses=OWNED | INVALID | NOT_FOUND | NO_PAIR,
    )
    async def recommend(
        self,
        *,
        visit: NamedDependency[Visit],
        pair_id: PairId = None,
        level: Levels = None,
        limit: Limit = recommendations.DEFAULT,
    ) -> Recommendations:
        """Words for the caller."""
        database, levels = visit.resources.database, sorted(set(level or ()))
        pair = await pair_of(database, visit.owner_id, pair_id)
        words = await recommendations.recommended(database, visit.owner_id, pair, levels, limit)
        return Recommendations(pair_id=pair.id, items=words)

    @get(
        "/progress",
        operation_id="getProgress",
        summary="How far one is with a language",
        description="Entries of the word bank by status, how many of them are mastered, and cards by state.",
        response_description="Entries of the word bank by status, cards by state.",
        responses=OWNED | INVALID | NOT_FOUND | NO_PAIR,
    )
    async def read(self, visit: NamedDependency[Visit], pair_id: PairId = None) -> ProgressView:
        """The caller's bank, counted."""
        database = visit.resources.database
        pair = await pair_of(database, visit.owner_id, pair_id)
        return await progress(database, visit.owner_id, pair.id, visit.resources.now())

    @get(
        "/progress/words/{word_id:uuid}",
        operation_id="getWordProgress",
        summary="How far one is with a word",
        description="The word's entry, and each of its cards with its state.",
        response_description="The word's entries in the bank, with their cards.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read_word(self, word_id: FromPath[UUID], visit: NamedDependency[Visit]) -> WordProgress:
        """One word of the caller's bank."""
        return await word_progress(visit.resources.database, visit.owner_id, word_id)
