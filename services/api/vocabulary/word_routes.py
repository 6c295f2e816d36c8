"""The lexicon: words to look up, and the caller's own."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, NOT_FOUND, OWN_WORD, OWNED, WORD_READ_ONLY
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.plain_text import require_taught
from services.api.transactions import in_transaction
from services.api.visits import Visit
from services.api.vocabulary import own_words
from services.api.vocabulary.schemas import MOST_WORD, WordOrder, WordView
from services.api.vocabulary.word_queries import Search, search_words, word
from services.api.vocabulary.word_rows import word_view
from shared.articles.model import Band, Level
from shared.lexicon.model import PartOfSpeech

Language = Annotated[str, QueryParameter(name="language", pattern="^[a-z]{2}$", description="ISO 639-1 code.")]
Prefix = Annotated[
    str,
    QueryParameter(
        name="q",
        max_length=MOST_WORD,
        pattern=r"^[^\x00]*$",
        description="How the lemma begins; capitals and accents do not matter.",
    ),
]
Levels = Annotated[
    list[Level] | None, QueryParameter(name="level", description="Only these levels; several times for several.")
]
Bands = Annotated[
    list[Band] | None,
    QueryParameter(name="band", description="Only these bands of Zipf frequency; several times for several."),
]
PartsOfSpeech = Annotated[
    list[PartOfSpeech] | None,
    QueryParameter(name="pos", description="Only these parts of speech; several times for several."),
]
Own = Annotated[
    bool | None, QueryParameter(name="own", description="Only the caller's own words, or only everybody's.")
]


class WordController(Controller):
    """Words that the caller may see."""

    path = "/api/vocabulary/words"
    tags = ("Vocabulary",)

    @get(
        operation_id="listWords",
        summary="Search words",
        description="Everybody's and the caller's own, in alphabetical order.",
        response_description="A page of words.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        language: Language,
        q: Prefix = "",
        level: Levels = None,
        band: Bands = None,
        pos: PartsOfSpeech = None,
        own: Own = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[WordView]:
        """A page of words."""
        require_taught(language)
        search = Search(
            language=language,
            prefix=q,
            levels=tuple(sorted(set(level or ()))),
            bands=tuple(sorted(set(band or ()))),
            pos=tuple(sorted(set(pos or ()))),
            own=own,
        )
        at = cursor(page_size, page_token, "words", visit.owner_id, search)
        rows = await search_words(visit.resources.database, visit.owner_id, search, at)
        return at.page(
            [word_view(row) for row in rows], [row["id"] for row in rows], texts=[row["folded"] for row in rows]
        )

    @get(
        "/{word_id:uuid}",
        operation_id="getWord",
        summary="Look up a word",
        description="With translations, forms, examples with their source and licence, and how frequent it is.",
        response_description="The word.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(self, word_id: FromPath[UUID], visit: NamedDependency[Visit]) -> WordView:
        """One word."""
        return await word(visit.resources.database, word_id, visit.owner_id)

    @post(
        guards=[require_json],
        operation_id="createWord",
        summary="Make a word of one's own",
        description="Nobody else sees it. Its frequency is looked up within the hour.",
        response_description="The word.",
        responses=OWNED | INVALID | BODY | OWN_WORD,
    )
    async def create(self, data: JSONBody[WordOrder], visit: NamedDependency[Visit]) -> WordView:
        """A new word of the caller's."""
        new = own_words.checked_word(data)
        word_id = await in_transaction(visit.resources, lambda db: own_words.create(db, visit.owner_id, new))
        return await word(visit.resources.database, word_id, visit.owner_id)

    @put(
        "/{word_id:uuid}",
        guards=[require_json],
        operation_id="replaceWord",
        summary="Replace a word of one's own",
        description="What the body does not say is empty afterwards.",
        response_description="The word.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | WORD_READ_ONLY | OWN_WORD,
    )
    async def replace(
        self, word_id: FromPath[UUID], data: JSONBody[WordOrder], visit: NamedDependency[Visit]
    ) -> WordView:
        """The caller's word, as the body says it."""
        new = own_words.checked_word(data)
        await in_transaction(visit.resources, lambda db: own_words.replace(db, visit.owner_id, word_id, new))
        return await word(visit.resources.database, word_id, visit.owner_id)

    @delete(
        "/{word_id:uuid}",
        status_code=HTTPStatus.NO_CONTENT,
        operation_id="deleteWord",
        summary="Delete a word of one's own",
        description="It must not be in the word bank any more.",
        response_description="It is gone.",
        responses=OWNED | INVALID | NOT_FOUND | WORD_READ_ONLY | OWN_WORD,
    )
    async def remove(self, word_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Delete the caller's word."""
        await in_transaction(visit.resources, lambda db: own_words.delete(db, visit.owner_id, word_id))
