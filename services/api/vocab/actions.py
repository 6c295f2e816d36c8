"""What learners do to their word bank."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from services.api.pairs import pair_of
from services.api.problems import ApiError, FieldError, input_invalid, not_found
from services.api.transactions import in_transaction
from services.api.visits import Visit
from services.api.vocab.article_words import annotated_article, met_word
from services.api.vocab.orders import change_of, new_entries, new_entry
from services.api.vocab.pair_queries import PAIR, pair_for
from services.api.vocab.schemas import EntriesOrder, EntriesView, EntryOrder, EntryPatch, ItemView, MeetingOrder
from shared.db.session import Connection
from shared.learning.bank import WordNotFoundError, add_entry
from shared.learning.entries import EntryNotFoundError, EntryRuleError, change_entry, remove_entry
from shared.learning.model import Added, NewEntry
from shared.learning.pairs import PairNotFoundError

Result = TypeVar("Result")


async def add(visit: Visit, order: EntryOrder) -> Added:
    """Put one word into the bank.

    Raises:
        ApiError: 400, the order is wrong; 404, no such pair; 409, there is no active pair.
    """
    entry = new_entry(order)
    pair = await pair_of(visit.resources.database, visit.owner_id, order.pair_id)
    return await _told(visit, partial(add_entry, owner_id=visit.owner_id, pair_id=pair.id, entry=entry))


async def add_met(visit: Visit, order: MeetingOrder) -> Added:
    """Put a word of an article into the bank of a pair of its language.

    Raises:
        ApiError: 400, no word stands there; 404, no such annotated article, or pair; 409, no pair of its language.
    """
    database, owner_id = visit.resources.database, visit.owner_id
    article = await annotated_article(database, order.article_id, owner_id)
    pair = await pair_for(database, owner_id, article.language, order.pair_id)
    entry = met_word(article, order, pair.native_language)
    return await _told(visit, partial(add_entry, owner_id=owner_id, pair_id=pair.id, entry=entry))


async def add_many(visit: Visit, order: EntriesOrder) -> EntriesView:
    """Put many words into the bank, in one transaction; a word that does not exist keeps no other one out.

    Raises:
        ApiError: 400, an item is wrong; 404, no such pair; 409, there is no active pair.
    """
    entries = new_entries(order)
    pair = await pair_of(visit.resources.database, visit.owner_id, order.pair_id)
    items = await _told(visit, partial(_add_all, owner_id=visit.owner_id, pair_id=pair.id, entries=entries))
    counts = Counter(item.outcome for item in items)
    return EntriesView(
        added=counts["added"], present=counts["present"], not_found=counts["word_not_found"], items=items
    )


async def change(visit: Visit, entry_id: UUID, patch: EntryPatch) -> None:
    """Change an entry.

    Raises:
        ApiError: 400, a field is wrong; 404, no such entry; 409, the entry is not such that this can be done.
    """
    try:
        await _told(visit, partial(change_entry, owner_id=visit.owner_id, entry_id=entry_id, change=change_of(patch)))
    except EntryRuleError as error:
        raise ApiError(HTTPStatus.CONFLICT, error.rule, str(error)) from error


async def remove(visit: Visit, entry_id: UUID) -> None:
    """Delete an entry.

    Raises:
        ApiError: 404, no such entry.
    """
    await _told(visit, partial(remove_entry, owner_id=visit.owner_id, entry_id=entry_id))


def _add_all(connection: Connection, *, owner_id: UUID, pair_id: UUID, entries: list[NewEntry]) -> list[ItemView]:
    return [_add(connection, owner_id, pair_id, entry) for entry in entries]


def _add(connection: Connection, owner_id: UUID, pair_id: UUID, entry: NewEntry) -> ItemView:
    try:
        added = add_entry(connection, owner_id, pair_id, entry)
    except WordNotFoundError:
        return ItemView(outcome="word_not_found")
    return ItemView(outcome="added" if added.new else "present", id=added.id, status=added.status)


async def _told(visit: Visit, work: Callable[[Connection], Result]) -> Result:
    """What the work gives, or what clients are told if something that it names does not exist."""
    try:
        return await in_transaction(visit.resources, work)
    except PairNotFoundError as error:
        raise not_found(PAIR) from error
    except EntryNotFoundError as error:
        raise not_found("entry") from error
    except WordNotFoundError as error:
        message = "is no word of this language that you can see, or no meaning of this entry"
        raise input_invalid([FieldError("word_id", message)]) from error
