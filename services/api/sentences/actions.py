"""What is done to sentences, in a transaction each; what cannot be done becomes a refusal."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from services.api.plain_text import require_taught
from services.api.problems import ApiError, FieldError, input_invalid, not_found
from services.api.resources import Resources
from services.api.sentences import schemas
from services.api.transactions import in_transaction
from services.api.visits import Visit
from shared.db.session import Connection
from shared.languages import NATIVE_LANGUAGES
from shared.lexicon import sentences as store

Result = TypeVar("Result")


def is_admin(visit: Visit) -> bool:
    """Whether what the caller writes needs nobody to look at it."""
    return visit.caller.role == "admin" and "admin" in visit.caller.scopes


async def add(visit: Visit, order: schemas.SentenceOrder) -> UUID:
    """Add a sentence: an admin's is published, anybody else's waits for an admin.

    Raises:
        ApiError: 400, a language that we do not know, or a `source_id` of somebody who is no admin; 409, its source
            has another with this id.
    """
    admin = is_admin(visit)
    require_taught(order.language)
    errors = list(_mistakes(order, admin=admin))
    if errors:
        raise input_invalid(errors)
    new = store.NewSentence(
        language=order.language,
        said=said(order),
        translations=order.translations,
        source="custom" if admin else "community",
        source_id=order.source_id or None,
        contributor_id=visit.owner_id,
        status="published" if admin else "in_review",
    )
    return await changed(visit.resources, lambda connection: store.add_sentence(connection, new))


def said(text: schemas.SentenceText) -> store.SentenceText:
    """What was sent, as it is stored; a tag that was named twice counts once."""
    return store.SentenceText(
        text=text.text,
        level=text.level,
        tags=list(dict.fromkeys(text.tags)),
        author=text.author or None,
        licence=text.licence,
    )


async def changed(resources: Resources, change: Callable[[Connection], Result]) -> Result:
    """Do what changes a sentence.

    Raises:
        ApiError: 404, no such sentence; 409, it exists, or it was decided about before.
    """
    try:
        return await in_transaction(resources, change)
    except store.SentenceNotFoundError as error:
        raise not_found("sentence") from error
    except store.SentenceExistsError as error:
        detail = "There is a sentence with this source and id."
        raise ApiError(HTTPStatus.CONFLICT, "sentence_exists", detail) from error
    except store.NotInReviewError as error:
        detail = "Somebody has decided about this sentence."
        raise ApiError(HTTPStatus.CONFLICT, "not_in_review", detail) from error


def _mistakes(order: schemas.SentenceOrder, *, admin: bool) -> Iterator[FieldError]:
    if order.source_id and not admin:
        yield FieldError("source_id", "is for admins only")
    for language in order.translations:
        if language not in NATIVE_LANGUAGES:
            yield FieldError(f"translations.{language}", "is in a language that is not known")
        if language == order.language:
            yield FieldError(f"translations.{language}", "is in the sentence's own language")
