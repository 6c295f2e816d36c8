"""What makes the orders of this room sound, beyond the types of their fields. Pure."""

from msgspec import UNSET

from services.api.problems import FieldError, input_invalid
from services.api.vocab.schemas import EntriesOrder, EntryPatch, PairOrder, WordOrder
from shared.languages import LANGUAGES, NATIVE_LANGUAGES
from shared.learning.entries import EntryChange
from shared.learning.model import NewEntry


def require_supported(order: PairOrder) -> None:
    """The pair is one that we can teach.

    Raises:
        ApiError: 400, naming every field that is wrong.
    """
    unsupported = []
    if order.language not in LANGUAGES:
        unsupported.append(FieldError("language", f"must be one of {', '.join(LANGUAGES)}"))
    if order.native_language not in NATIVE_LANGUAGES:
        unsupported.append(FieldError("native_language", f"must be one of {', '.join(NATIVE_LANGUAGES)}"))
    if unsupported:
        raise input_invalid(unsupported, "unsupported_language")
    if order.language == order.native_language:
        raise input_invalid([FieldError("native_language", "must differ from language")])


def new_entry(order: WordOrder) -> NewEntry:
    """The word to keep.

    Raises:
        ApiError: 400, neither a lemma nor a word is named.
    """
    return _sound([(order, "")])[0]


def new_entries(order: EntriesOrder) -> list[NewEntry]:
    """The words to keep, all or none.

    Raises:
        ApiError: 400, naming every item that names neither a lemma nor a word.
    """
    return _sound([(item, f"items[{index}].") for index, item in enumerate(order.items)])


def change_of(patch: EntryPatch) -> EntryChange:
    """What is to be changed."""
    given = {name: value for name in patch.__struct_fields__ if (value := getattr(patch, name)) is not UNSET}
    if "translation" in given:
        given["translation"] = given["translation"].strip()
    return EntryChange(**given)


def _sound(orders: list[tuple[WordOrder, str]]) -> list[NewEntry]:
    errors = [
        FieldError(place + "lemma", "is required without word_id")
        for order, place in orders
        if order.lemma is None and order.word_id is None
    ]
    if errors:
        raise input_invalid(errors)
    return [_entry(order) for order, _ in orders]


def _entry(order: WordOrder) -> NewEntry:
    return NewEntry(
        lemma=(order.lemma or "").strip(),
        pos=order.pos,
        word_id=order.word_id,
        translation=order.translation and order.translation.strip(),
        note=order.note,
    )
