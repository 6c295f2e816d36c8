"""Lists of words: the caller's own to change, public ones of others to read."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, LIST_CONFLICT, LIST_FULL, NOT_FOUND, OWNED
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.plain_text import require_taught
from services.api.problems import FieldError, input_invalid
from services.api.transactions import in_transaction
from services.api.visits import Visit
from services.api.vocabulary import list_actions
from services.api.vocabulary.list_queries import lists_of, one_list, public_lists, words_of
from services.api.vocabulary.list_schemas import AddedView, ListChange, ListOrder, ListPage, ListView, WordsOrder
from services.api.vocabulary.word_rows import word_view

Language = Annotated[
    str | None, QueryParameter(name="language", pattern="^[a-z]{2}$", description="Only lists of this language.")
]
Public = Annotated[
    bool, QueryParameter(name="public", description="Everybody's public lists of `language` instead of one's own.")
]


class ListController(Controller):
    """Lists of words."""

    path = "/api/vocabulary/lists"
    tags = ("Vocabulary",)

    @get(
        operation_id="listWordLists",
        summary="List lists of words",
        description="The caller's own, newest first; or with `public` those of a language that anybody has published.",
        response_description="A page of lists.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        language: Language = None,
        public: Public = False,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[ListView]:
        """A page of lists."""
        if language is not None:
            require_taught(language)
        at = cursor(page_size, page_token, "lists", visit.owner_id, language, public)
        database = visit.resources.database
        if not public:
            lists = await lists_of(database, visit.owner_id, language, at)
        elif language is None:
            raise input_invalid([FieldError("language", "is required with `public`")])
        else:
            lists = await public_lists(database, visit.owner_id, language, at)
        return at.page(lists, [each.id for each in lists])

    @post(
        guards=[require_json],
        operation_id="createWordList",
        summary="Make a list of words",
        description="Yours alone unless it is public: then others may read it. A name is used once a language.",
        response_description="The list.",
        responses=OWNED | INVALID | BODY | LIST_CONFLICT,
    )
    async def create(self, data: JSONBody[ListOrder], visit: NamedDependency[Visit]) -> ListView:
        """A new list without words."""
        require_taught(data.language)
        list_id = await in_transaction(visit.resources, lambda db: list_actions.create(db, visit.owner_id, data))
        return await one_list(visit.resources.database, list_id, visit.owner_id)

    @get(
        "/{list_id:uuid}",
        operation_id="getWordList",
        summary="Read a list of words",
        description="The caller's own, or a public one.",
        response_description="The list with a page of its words.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(
        self,
        *,
        list_id: FromPath[UUID],
        visit: NamedDependency[Visit],
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> ListPage:
        """The list and a page of its words."""
        at = cursor(page_size, page_token, "list", visit.owner_id, list_id)
        found = await one_list(visit.resources.database, list_id, visit.owner_id)
        rows = await words_of(visit.resources.database, list_id, visit.owner_id, at)
        words = [word_view(row) for row in rows]
        page = at.page(words, [word.id for word in words], [row["added_at"] for row in rows])
        return ListPage(word_list=found, items=page.items, next_page_token=page.next_page_token)

    @patch(
        "/{list_id:uuid}",
        guards=[require_json],
        operation_id="changeWordList",
        summary="Rename or publish a list of words",
        description="What is left out stays as it is.",
        response_description="The list.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | LIST_CONFLICT,
    )
    async def change(
        self, list_id: FromPath[UUID], data: JSONBody[ListChange], visit: NamedDependency[Visit]
    ) -> ListView:
        """The list with another name, or for other eyes."""
        await in_transaction(visit.resources, lambda db: list_actions.change(db, visit.owner_id, list_id, data))
        return await one_list(visit.resources.database, list_id, visit.owner_id)

    @delete(
        "/{list_id:uuid}",
        status_code=HTTPStatus.NO_CONTENT,
        operation_id="deleteWordList",
        summary="Delete a list of words",
        description="The words stay in the lexicon and in the bank.",
        response_description="It is gone.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def remove(self, list_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Delete the caller's list."""
        await in_transaction(visit.resources, lambda db: list_actions.delete(db, visit.owner_id, list_id))

    @post(
        "/{list_id:uuid}/words",
        status_code=HTTPStatus.OK,
        guards=[require_json],
        operation_id="addWordsToList",
        summary="Put words into a list",
        description="All of them, or none if one does not fit; those that are there already stay where they are.",
        response_description="How many were new, and the list.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | LIST_FULL,
    )
    async def add(
        self, list_id: FromPath[UUID], data: JSONBody[WordsOrder], visit: NamedDependency[Visit]
    ) -> AddedView:
        """The list with more words."""
        owner_id = visit.owner_id
        added = await in_transaction(
            visit.resources, lambda db: list_actions.add_words(db, owner_id, list_id, data.word_ids)
        )
        return AddedView(added=added, word_list=await one_list(visit.resources.database, list_id, owner_id))

    @delete(
        "/{list_id:uuid}/words/{word_id:uuid}",
        status_code=HTTPStatus.NO_CONTENT,
        operation_id="removeWordFromList",
        summary="Take a word out of a list",
        description="The word itself stays.",
        response_description="It is out.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def remove_word(
        self, list_id: FromPath[UUID], word_id: FromPath[UUID], visit: NamedDependency[Visit]
    ) -> None:
        """The list without the word."""
        owner_id = visit.owner_id
        await in_transaction(visit.resources, lambda db: list_actions.remove_word(db, owner_id, list_id, word_id))
