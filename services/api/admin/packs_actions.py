"""What admins do to packs, in a transaction each; what cannot be done becomes a refusal."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from services.api.problems import ApiError, FieldError, input_invalid, not_found
from services.api.resources import Resources
from services.api.transactions import in_transaction
from shared.db.session import Connection
from shared.lexicon.packs import MOST_WORDS, PackEmptyError, PackFullError, PackNotFoundError, WordsUnfitError, arrange

Result = TypeVar("Result")
MOST_NAMED = 20
"""Unfit words that a refusal names."""


async def changed(resources: Resources, change: Callable[[Connection], Result]) -> Result:
    """Do what changes a pack.

    Raises:
        ApiError: 404, no such pack; 409, it would be empty or too full; 400, words that do not belong into it.
    """
    try:
        return await in_transaction(resources, change)
    except PackNotFoundError as error:
        raise not_found("pack") from error
    except PackEmptyError as error:
        detail = "Learners would see a pack without words: give it some, or unpublish it."
        raise ApiError(HTTPStatus.CONFLICT, "pack_empty", detail) from error
    except PackFullError as error:
        raise ApiError(HTTPStatus.CONFLICT, "pack_full", f"A pack has at most {MOST_WORDS} words.") from error
    except WordsUnfitError as error:
        raise input_invalid([_unfit(word) for word in error.words[:MOST_NAMED]]) from error


async def append(resources: Resources, pack_id: UUID, words: list[UUID]) -> None:
    """Put words behind those that it has."""
    await changed(resources, lambda connection: arrange(connection, pack_id, lambda before: [*before, *words]))


async def put(resources: Resources, pack_id: UUID, words: list[UUID]) -> None:
    """Have it hold these words, in this order."""
    await changed(resources, lambda connection: arrange(connection, pack_id, lambda _: words))


async def remove(resources: Resources, pack_id: UUID, word_id: UUID) -> None:
    """Take a word out.

    Raises:
        ApiError: Also 404, it does not hold the word.
    """

    def without(before: list[UUID]) -> list[UUID]:
        if word_id not in before:
            raise not_found("word")
        return [word for word in before if word != word_id]

    await changed(resources, lambda connection: arrange(connection, pack_id, without))


def _unfit(word: UUID) -> FieldError:
    return FieldError("words", f"{word} is no word of the lexicon in the pack's language, or is hidden")
