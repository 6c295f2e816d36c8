"""A learner with a pair and words, over the running API."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from tests.integration.api.conftest import Api
from tests.support.api import NOW
from tests.support.studying import in_bank, new_word, with_card


class Learner(msgspec.Struct, frozen=True):
    """The caller, who learns German."""

    api: Api
    pair: UUID

    @property
    def id(self) -> UUID:
        return self.api.key.owner_id

    def entry(self, lemma: str = "Haus") -> UUID:
        """A word of the bank."""
        new_word(self.api.engine.connection, lemma, "house")
        return in_bank(self.api.engine.connection, self.id, self.pair, lemma)

    def card(self, lemma: str = "Haus", **settings: Any) -> UUID:
        """A card of a word: new without `due`."""
        self.entry(lemma)
        return with_card(self.api.engine.connection, self.id, self.pair, lemma, **settings)

    async def answer(self, card_id: UUID, rating: str = "good", at: datetime = NOW, **changes: Any) -> httpx.Response:
        """Answer a card."""
        return await self.api.mine.post("/api/learning/reviews", json=answer(card_id, rating, at, **changes))

    async def get(self, path: str) -> dict[str, Any]:
        """What the API says."""
        found = await self.api.mine.get(path)
        assert found.status_code == 200, found.text
        return dict(found.json())


def answer(card_id: UUID, rating: str = "good", at: datetime = NOW, **changes: Any) -> dict[str, Any]:
    """An answer as clients send it."""
    return {
        "id": str(uuid4()),
        "card_id": str(card_id),
        "rating": rating,
        "reviewed_at": at.isoformat(),
        **changes,
    }
