"""From the order of a batch to its jobs; if one item is wrong none is made, and every mistake is told. Pure."""

from collections.abc import Iterator
from http import HTTPStatus

import msgspec

from services.api.articles.orders import Mistakes, job_for, mistakes_in, sound_request
from services.api.articles.schemas import ArticleOrder
from services.api.batches.schemas import MOST_ITEMS, BatchOrder
from services.api.faults import MOST, faults
from services.api.problems import ApiError, FieldError
from shared.jobs.submission import Batch, Submission

IN_WORDS = 3
"""Mistakes that stand in the sentence for people; programs read `errors`."""


def jobs_of(order: BatchOrder, batch: Batch) -> list[Submission]:
    """The jobs that fulfil the order, one an item.

    Raises:
        ApiError: 400, naming every field of every item that is wrong.
    """
    errors = [*_in_name(order.name)]
    codes = set[str]({"input_invalid"} if errors else ())
    for index, item in enumerate(order.items):
        if item.use_due_words:
            errors.append(FieldError(f"items[{index}].use_due_words", "is for an article of its own, not for batches"))
            codes.add("input_invalid")
        if mistakes := mistakes_in(item):
            errors.extend(_of_item(index, mistakes))
            codes.add(mistakes.code)
    if errors:
        raise _refused(errors, code=min(codes))  # unsupported_language only if there is nothing else
    return [
        job_for(
            sound_request(item),
            batch.owner_id,
            bulk=True,
            request_id=batch.request_id,
            batch_id=batch.id,
            batch_item=index,
        )
        for index, item in enumerate(order.items)
    ]


def refusal_of(body: bytes) -> ApiError | None:
    """What to say of a body that is no `BatchOrder`: also what only shows once an item's types are right.

    Null if its items cannot be looked at one by one, or show no mistake; then whoever could not read it knows best.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        return None
    around = [error for error in faults({**value, "items": items[:1]}, BatchOrder) if not _is_of_item(error)]
    name = value.get("name")
    inside = [*_in_name(name)] if isinstance(name, str) else []
    of_items = [error for index, item in enumerate(items) for error in _in_item(index, item)]
    errors = [*around, *inside, *of_items]
    return _refused(errors) if errors else None


def _is_of_item(error: FieldError) -> bool:
    return error.field.startswith("items[")


def _in_name(name: str) -> Iterator[FieldError]:
    if "\0" in name:
        yield FieldError("name", "must not contain the character U+0000")


def _in_item(index: int, value: object) -> Iterator[FieldError]:
    try:
        yield from _of_item(index, mistakes_in(msgspec.convert(value, ArticleOrder)))
    except msgspec.ValidationError:
        yield from faults(value, ArticleOrder, f"items[{index}]")


def _of_item(index: int, mistakes: Mistakes) -> Iterator[FieldError]:
    for error in (*mistakes.invalid, *mistakes.unsupported):
        yield FieldError(f"items[{index}].{error.field}", error.message)


def _refused(errors: list[FieldError], code: str = "input_invalid") -> ApiError:
    """The first `MOST` are named, all are counted."""
    told = "; ".join(f"{error.field}: {error.message}" for error in errors[:IN_WORDS])
    detail = told if len(errors) <= IN_WORDS else f"{len(errors)} mistakes: {told}; ..."
    return ApiError(HTTPStatus.BAD_REQUEST, code, detail, errors=errors[:MOST])
