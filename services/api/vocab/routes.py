"""The caller's word bank."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from services.api.bodies import require_json
from services.api.openapi_responses import BODY, ENTRY_RULES, INVALID, NO_PAIR, NO_PAIR_OF_LANGUAGE, NOT_FOUND, OWNED
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.plain_text import PLAIN
from services.api.visits import Visit
from services.api.vocab import actions
from services.api.vocab.queries import Filters, candidates, entry_row, entry_rows
from services.api.vocab.schemas import (
    MOST_ITEMS,
    MOST_LEMMA,
    EntriesOrder,
    EntriesView,
    EntryDetailView,
    EntryOrder,
    EntryPatch,
    EntryView,
    MeetingOrder,
)
from services.api.vocab.views import entry_detail, entry_url, entry_view
from shared.articles.model import Level
from shared.learning.model import Added, EntryStatus
from shared.lexicon.model import PartOfSpeech, folded

PairId = Annotated[
    UUID | None, QueryParameter(name="pair_id", description="Only the bank of this pair; those of all without it.")
]
Statuses = Annotated[
    list[EntryStatus] | None,
    QueryParameter(name="status", description="Only entries with this status; several times for several."),
]
Prefix = Annotated[
    str | None,
    QueryParameter(
        name="q",
        max_length=MOST_LEMMA,
        pattern=PLAIN,
        description="Only lemmas that begin so; case and accents do not matter.",
    ),
]
Pos = Annotated[
    list[PartOfSpeech] | None,
    QueryParameter(name="pos", description="Only this part of speech; several times for several."),
]
Levels = Annotated[
    list[Level] | None, QueryParameter(name="level", description="Only words of this level; several times for several.")
]
ArticleId = Annotated[
    UUID | None, QueryParameter(name="article_id", description="Only words that were met first in this article.")
]
PRESENT = {200: ResponseSpec(EntryDetailView, generate_examples=False, description="The bank has it already.")}
ADDING = (
    "A lemma with several meanings becomes an entry that is `pending_sense`: choose one of its `candidates` by PATCH. "
    "One that the lexicon does not have becomes a word of the learner's own, and gives way to the lexicon's once that "
    "has it. *das Haus* is *Haus*. Asked again it adds nothing."
)


class EntryController(Controller):
    """Entries of the caller's word bank."""

    path = "/api/vocab/entries"
    tags = ("Word bank",)

    @get(
        operation_id="listEntries",
        summary="List the word bank",
        description="The caller's words, newest first, with their meaning and how far they are learnt.",
        response_description="A page of entries.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self,
        *,
        visit: NamedDependency[Visit],
        pair_id: PairId = None,
        status: Statuses = None,
        q: Prefix = None,
        pos: Pos = None,
        level: Levels = None,
        article_id: ArticleId = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
    ) -> Page[EntryView]:
        """A page of the caller's entries."""
        filters = Filters(
            pair_id=pair_id,
            statuses=sorted(set(status or ())),
            prefix=folded(q) if q else None,
            pos=sorted(set(pos or ())),
            levels=sorted(set(level or ())),
            article_id=article_id,
        )
        at = cursor(page_size, page_token, "entries", visit.owner_id, filters)
        rows = await entry_rows(visit.resources.database, visit.owner_id, filters, at)
        return at.page([entry_view(row) for row in rows], [row.id for row in rows], [row.created_at for row in rows])

    @get(
        "/{entry_id:uuid}",
        operation_id="getEntry",
        summary="Read an entry of the word bank",
        description="While it waits for a meaning, with the `candidates` to choose from; while it has a word of the "
        "learner's own, with what the lexicon has of it.",
        response_description="The entry.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(self, entry_id: FromPath[UUID], visit: NamedDependency[Visit]) -> EntryDetailView:
        """One entry of the caller."""
        return await _detail(visit, entry_id)

    @post(
        guards=[require_json],
        operation_id="createEntry",
        summary="Keep a word",
        description=ADDING,
        response_description="The new entry.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | NO_PAIR | PRESENT,
    )
    async def create(self, data: JSONBody[EntryOrder], visit: NamedDependency[Visit]) -> Response[EntryDetailView]:
        """Put a word into the bank."""
        return await _added(visit, await actions.add(visit, data))

    @post(
        "/from-article",
        guards=[require_json],
        operation_id="createEntryFromArticle",
        summary="Keep a word of an article",
        description="The word at an offset of one of the caller's articles, with the sentence in which it stands and "
        f"that sentence's translation. A word that is met again keeps its first meeting. {ADDING}",
        response_description="The new entry.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | NO_PAIR_OF_LANGUAGE | PRESENT,
    )
    async def create_met(
        self, data: JSONBody[MeetingOrder], visit: NamedDependency[Visit]
    ) -> Response[EntryDetailView]:
        """Put a word of an article into the bank."""
        return await _added(visit, await actions.add_met(visit, data))

    @post(
        "/batch",
        status_code=HTTPStatus.OK,
        guards=[require_json],
        operation_id="createEntries",
        summary="Keep many words",
        description=f"Up to {MOST_ITEMS}, in one transaction, with a result for each in the same order. A `word_id` "
        "that does not exist keeps no other word out; a mistake in a field keeps out all.",
        response_description="What became of each.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | NO_PAIR,
    )
    async def create_many(self, data: JSONBody[EntriesOrder], visit: NamedDependency[Visit]) -> EntriesView:
        """Put many words into the bank."""
        return await actions.add_many(visit, data)

    @patch(
        "/{entry_id:uuid}",
        guards=[require_json],
        operation_id="changeEntry",
        summary="Change an entry of the word bank",
        description="Its note, its status, the translation of a word of the learner's own, or its meaning while it "
        "waits for one or has a word of the learner's own. While it is `known`, `ignored` or `suspended` its cards "
        "are not asked.",
        response_description="The entry as it is now.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | ENTRY_RULES,
    )
    async def change(
        self, entry_id: FromPath[UUID], data: JSONBody[EntryPatch], visit: NamedDependency[Visit]
    ) -> EntryDetailView:
        """Change what is given."""
        await actions.change(visit, entry_id, data)
        return await _detail(visit, entry_id)

    @delete(
        "/{entry_id:uuid}",
        operation_id="deleteEntry",
        summary="Delete an entry of the word bank",
        description="With its cards and reviews, for ever; and with its word, if that is the learner's own and in no "
        "list.",
        response_description="It is gone.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def remove(self, entry_id: FromPath[UUID], visit: NamedDependency[Visit]) -> None:
        """Delete the entry."""
        await actions.remove(visit, entry_id)


async def _added(visit: Visit, added: Added) -> Response[EntryDetailView]:
    status = HTTPStatus.CREATED if added.new else HTTPStatus.OK
    headers = {"Location": entry_url(added.id)}
    return Response(await _detail(visit, added.id), status_code=status, headers=headers)


async def _detail(visit: Visit, entry_id: UUID) -> EntryDetailView:
    database = visit.resources.database
    row = await entry_row(database, visit.owner_id, entry_id)
    return entry_detail(row, await candidates(database, visit.owner_id, row))
