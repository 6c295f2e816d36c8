"""A row of a table as a word to be learnt. Pure."""

from typing import get_args
from uuid import UUID, uuid5

from services.nlp.imports.plain_text import plain
from shared.learning.model import Incoming
from shared.learning.transfers import Columns
from shared.lexicon.headwords import tidy
from shared.lexicon.model import PartOfSpeech

LONGEST_LEMMA = 200  # characters
PARTS = set(get_args(PartOfSpeech))


class RowError(ValueError):
    """This row cannot be a word.

    Args:
        outcome: How it is counted.
        reason: Why, for people.
    """

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(outcome, reason)
        self.outcome = outcome
        self.reason = reason


def word_in(row: list[str], columns: Columns, job_id: UUID, number: int) -> Incoming:
    """The word in a row.

    Args:
        row: Its cells.
        columns: Which holds what.
        job_id: Of the import.
        number: The row's line: with the job it makes an id that is the same when the row is read again.

    Raises:
        RowError: `empty_first_field`, there is no lemma; `broken`, it has too few cells or too long a lemma.
    """

    def cell(index: int | None) -> str:
        return "" if index is None else plain(row[index])

    named = (columns.lemma, columns.translation, columns.pos, columns.reading, columns.example, columns.note)
    if max(index for index in named if index is not None) >= len(row):
        raise RowError("broken", f"has {len(row)} columns only")
    pos = cell(columns.pos).upper() or None
    if pos is not None and pos not in PARTS:
        raise RowError("broken", f"{pos!r} is no part of speech")
    return Incoming(
        id=uuid5(job_id, str(number)),
        lemma=checked_lemma(cell(columns.lemma)),
        pos=pos,
        translation=cell(columns.translation) or None,
        reading=cell(columns.reading) or None,
        example=cell(columns.example) or None,
        note=cell(columns.note),
    )


def checked_lemma(lemma: str) -> str:
    """The lemma without what nobody sees in it.

    Raises:
        RowError: `empty_first_field` or `broken`.
    """
    lemma = tidy(lemma)
    if not lemma:
        raise RowError("empty_first_field", "the word is empty")
    if len(lemma) > LONGEST_LEMMA:
        raise RowError("broken", f"the word has more than {LONGEST_LEMMA} characters")
    return lemma
