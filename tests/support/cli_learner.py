"""A learner's rooms of the API for the command line's tests: requests and answers are the API's own types."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec

from services.api.learning.schemas import SyncCounts, SyncOrder, SyncReport, VerdictView
from services.api.pairs import Pair
from services.api.screens.learner_schemas import CardToReview, ReviewScreen
from services.api.vocab.schemas import EntryDetailView, PairView, WordView
from shared.learning.reviews import Verdict
from tests.support.cli_server import FakeServer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SYNC = "/api/learning/reviews/sync"
SCREEN = "/bff/review"
PAIRS = "/api/vocab/pairs"
HUND, KATZE = UUID(int=1), UUID(int=2)
GERMAN = PairView(id=UUID(int=10), language="de", native_language="en", active=True, created_at=NOW)
JAPANESE = PairView(id=UUID(int=11), language="ja", native_language="en", active=False, created_at=NOW)


def answered(value: object, status: int = 200) -> httpx.Response:
    """An answer of the API."""
    return httpx.Response(status, content=msgspec.json.encode(value), headers={"Content-Type": "application/json"})


def page(*items: object) -> httpx.Response:
    """A list of the API that is one page."""
    return answered({"items": items, "next_page_token": ""})


def card(card_id: UUID, text: str, *translations: str, **changes: Any) -> CardToReview:
    """A card of the review screen."""
    plain = CardToReview(
        id=card_id, direction="recognition", state="new", due=NOW, entry_id=UUID(int=3), sentence_id=None, text=text,
        pos="NOUN", sense="", article=None, plural=None, reading=None, romanised=None, translations=list(translations),
        examples=[], note="", met=None, ruby=None, audio_url=None,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


def word(lemma: str, *translations: str, **changes: Any) -> WordView:
    """A word as an entry of the bank has it."""
    plain = WordView(
        id=UUID(int=20), lemma=lemma, pos="NOUN", sense="", article=None, plural=None, reading=None, level="A1",
        translations=list(translations), own=False,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


def entry(lemma: str, meaning: WordView | None, *candidates: WordView) -> EntryDetailView:
    """An entry of the bank; one without a meaning waits for it."""
    return EntryDetailView(
        id=UUID(int=30), pair_id=GERMAN.id, language="de", lemma=lemma, pos="NOUN", note="", word=meaning, met=None,
        status="new" if meaning else "pending_sense", cards=[], created_at=NOW, updated_at=NOW,
        candidates=list(candidates),
    )  # fmt: skip


class Learner:
    """Cards to ask, and each answer once."""

    def __init__(self, server: FakeServer) -> None:
        self.cards = [card(HUND, "Hund", "dog", article="der"), card(KATZE, "Katze", "cat", article="die")]
        self.taken: dict[UUID, tuple[UUID, str]] = {}
        """Review to its card and grade."""
        self.verdicts: dict[UUID, Verdict] = {}
        """Of the answers to a card, where they are not taken."""
        self.leeches: list[UUID] = []
        server.answers["GET", SCREEN] = self._screen
        server.answers["POST", SYNC] = self._sync
        server.answers["GET", PAIRS] = lambda _: page(GERMAN, JAPANESE)

    @property
    def grades(self) -> list[tuple[UUID, str]]:
        """The cards that were answered, and how, in order."""
        return list(self.taken.values())

    def _screen(self, request: httpx.Request) -> httpx.Response:
        asked = {card_id for card_id, _ in self.taken.values()}
        cards = [each for each in self.cards if each.id not in asked][: int(request.url.params["limit"])]
        pair = Pair(id=GERMAN.id, language="de", native_language="en")
        return answered(ReviewScreen(pair=pair, today=None, cards=cards))

    def _sync(self, request: httpx.Request) -> httpx.Response:
        order = msgspec.json.decode(request.content, type=SyncOrder)
        results = [self._judged(each.id, each.card_id, each.rating) for each in order.reviews]
        return answered(SyncReport(counts=SyncCounts(), results=results, cards=[], leeches=self.leeches))

    def _judged(self, review_id: UUID, card_id: UUID, grade: str) -> VerdictView:
        known: Verdict = "duplicate" if review_id in self.taken else "accepted"
        verdict = self.verdicts.get(card_id, known)
        if verdict == "accepted":
            self.taken[review_id] = (card_id, grade)
        return VerdictView(id=review_id, card_id=card_id, verdict=verdict)
