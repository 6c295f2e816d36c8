"""Taking words in while somebody else deletes them: each becomes an entry all the same."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.nlp.imports.batches import in_transaction
from shared.db.session import Connection
from shared.jobs.errors import TransientError
from shared.learning import intake
from shared.learning.intake import TakenIn, take_in
from shared.learning.model import Incoming
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair, new_word


class Meddled:
    """A connection; before and after entries are saved, something happens on another one."""

    def __init__(self, connection: Connection, before: Callable[[], object], after: Callable[[], object]) -> None:
        self._connection = connection
        self._before = before
        self._after = after

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        if sql != intake.SAVE_ENTRIES:
            return self._connection.execute(sql, values)
        self._before()
        done = self._connection.execute(sql, values)
        self._after()
        return done


def nothing() -> None:
    """Nobody does anything."""


class Bank:
    """A learner's, with the word *Hund* in it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.owner = new_person(engine.connection, "learner").id
        self.pair = new_pair(engine.connection, self.owner)
        new_word(engine.connection, "Hund", "dog")
        self.put()

    def put(self) -> UUID:
        return in_bank(self.engine.connection, self.owner, self.pair, "Hund")

    def delete(self) -> None:
        self.engine.connection.execute("DELETE FROM word_bank WHERE owner_id = $1", (self.owner,))

    def take_in(self, before: Callable[[], object], after: Callable[[], object]) -> list[TakenIn]:
        rows = [Incoming(id=uuid4(), lemma=lemma, translation="dog") for lemma in ("Hund", "Katze")]

        def work(connection: Connection) -> list[TakenIn]:
            meddled: Any = Meddled(connection, before, after)
            return take_in(meddled, self.owner, self.pair, rows, "csv")

        return in_transaction(self.engine.database, work)

    def entries(self) -> dict[UUID, str]:
        rows = self.engine.connection.execute("SELECT id, lemma FROM word_bank WHERE owner_id = $1", (self.owner,))
        return {row["id"]: row["lemma"] for row in rows}


@pytest.fixture
def bank(engine: Engine) -> Bank:
    return Bank(engine)


def test_an_entry_that_is_deleted_in_between_is_made_anew(bank: Bank) -> None:
    taken = bank.take_in(nothing, bank.delete)
    assert [each.outcome for each in taken] == ["new", "new"]
    assert bank.entries() == {taken[0].entry_id: "Hund", taken[1].entry_id: "Katze"}


def test_a_row_whose_id_an_entry_of_another_word_has_is_taken_in_too(bank: Bank) -> None:
    (there,) = bank.entries()
    row = Incoming(id=there, lemma="Katze", translation="cat")
    (taken,) = in_transaction(bank.engine.database, lambda at: take_in(at, bank.owner, bank.pair, [row], "csv"))
    assert taken.outcome == "new"
    assert bank.entries() == {there: "Hund", taken.entry_id: "Katze"}


def test_who_is_deleted_again_and_again_is_tried_later(bank: Bank) -> None:
    with pytest.raises(TransientError, match="contended"):
        bank.take_in(bank.put, bank.delete)
    assert bank.entries() == {}
