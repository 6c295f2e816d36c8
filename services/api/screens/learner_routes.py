"""Screens of a learner: what to do today, the next cards, packs, the word bank. Read-only, one request each."""

from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from services.api.articles.summaries import article_rows, article_summary, chosen
from services.api.openapi_responses import INVALID, NOT_MODIFIED, OWNED
from services.api.paging import PageSize, PageToken, cursor
from services.api.screens import shelf_queries, today_queries
from services.api.screens.answers import PRIVATE, IfNoneMatch, answer
from services.api.screens.learner_schemas import HomeScreen, PacksScreen, ReviewScreen, WordBankScreen
from services.api.screens.shelf_views import bank_entry, pack_card
from services.api.screens.study import study_of
from services.api.screens.today_views import card_to_review, streak_of, today
from services.api.visits import Visit
from shared.learning.model import EntryStatus

NEWEST = 5  # articles on the home screen
DEFAULT_CARDS = 20
Statuses = Annotated[
    list[EntryStatus] | None,
    QueryParameter(name="status", description="Only entries with this status; several times for several."),
]
MostCards = Annotated[
    int, QueryParameter(name="limit", ge=1, le=100, description=f"Cards at most: {DEFAULT_CARDS} without it.")
]


class LearnerScreenController(Controller):
    """What a learner's screens show."""

    path = "/bff"
    tags = ("Screens",)

    @get(
        "/home",
        operation_id="showHomeScreen",
        summary="Where a learner begins",
        description="What is due today in the active pair, the streak in the learner's days, and the newest articles.",
        response_description="The screen.",
        responses=OWNED | INVALID | NOT_MODIFIED,
    )
    async def home(self, *, visit: NamedDependency[Visit], if_none_match: IfNoneMatch = None) -> Response[HomeScreen]:
        """The home screen: three statements."""
        study, database = await study_of(visit), visit.resources.database
        pair = study.pair
        counts = None if pair is None else await today_queries.home(database, study, pair)
        streak = await today_queries.streak(database, study) if counts is None else counts
        newest = chosen(study.owner_id, [] if pair is None else [pair.language], [], cursor(NEWEST, None))
        screen = HomeScreen(
            pair=pair,
            today=None if counts is None else today(counts, study),
            streak=streak_of(streak),
            articles=[article_summary(row) for row in await article_rows(database, newest, NEWEST)],
        )
        return answer(screen, if_none_match)

    @get(
        "/review",
        operation_id="showReviewScreen",
        summary="The next cards",
        description="The head of the active pair's queue, each card with its word or sentence, translations, examples "
        "and audio, so that a client can go on without the network. Answers go to `/api/learning/reviews`.",
        response_description="The screen.",
        responses=OWNED | INVALID,
    )
    async def review(
        self, *, visit: NamedDependency[Visit], limit: MostCards = DEFAULT_CARDS
    ) -> Response[ReviewScreen]:
        """The review screen: three statements. It has no ETag: the address of an audio is new each time."""
        study, database = await study_of(visit), visit.resources.database
        if study.pair is None:
            return Response(ReviewScreen(pair=None, today=None, cards=[]), headers=PRIVATE)
        counts = await today_queries.counts(database, study, study.pair)
        rows = await today_queries.next_cards(database, study, study.pair, limit)
        cards = [card_to_review(row, visit.resources.sign) for row in rows]
        return Response(ReviewScreen(pair=study.pair, today=today(counts, study), cards=cards), headers=PRIVATE)

    @get(
        "/packs",
        operation_id="showPacksScreen",
        summary="The packs",
        description="Published packs of the active pair's language, with how much of each is in the word bank.",
        response_description="The screen.",
        responses=OWNED | INVALID | NOT_MODIFIED,
    )
    async def packs(self, *, visit: NamedDependency[Visit], if_none_match: IfNoneMatch = None) -> Response[PacksScreen]:
        """The screen of packs: two statements."""
        study = await study_of(visit)
        pair = study.pair
        rows = [] if pair is None else await shelf_queries.packs(visit.resources.database, study, pair)
        native = "en" if pair is None else pair.native_language
        return answer(PacksScreen(pair=pair, items=[pack_card(row, native) for row in rows]), if_none_match)

    @get(
        "/word-bank",
        operation_id="showWordBankScreen",
        summary="The word bank",
        description="Entries of the active pair, newest first, each with its word and its cards, and how many entries "
        "have each status.",
        response_description="The screen.",
        responses=OWNED | INVALID | NOT_MODIFIED,
    )
    async def word_bank(
        self,
        *,
        visit: NamedDependency[Visit],
        status: Statuses = None,
        page_size: PageSize = 0,
        page_token: PageToken = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response[WordBankScreen]:
        """The screen of the word bank: three statements."""
        study, database = await study_of(visit), visit.resources.database
        wanted = sorted(set(status or ()))
        at = cursor(page_size, page_token, "word bank", study.pair and study.pair.id, wanted)
        if study.pair is None:
            return answer(WordBankScreen(pair=None, counts={}, items=[], next_page_token=""), if_none_match)
        rows = await shelf_queries.entries(database, study, study.pair, wanted, at)
        page = at.page(rows, [row["id"] for row in rows], [row["created_at"] for row in rows])
        screen = WordBankScreen(
            pair=study.pair,
            counts=await shelf_queries.statuses(database, study, study.pair),
            items=[bank_entry(row) for row in page.items],
            next_page_token=page.next_page_token,
        )
        return answer(screen, if_none_match)
