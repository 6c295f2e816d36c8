"""`import_words`: a table of words becomes entries of the bank."""

from collections.abc import Iterator, Sequence

from services.nlp.imports.batches import batches, in_transaction
from services.nlp.imports.reports import Report
from services.nlp.imports.tables import rows_of
from services.nlp.imports.uploads import uploaded
from services.nlp.imports.words import RowError, word_in
from shared.blobs.ports import Blobs
from shared.db.session import Connection
from shared.learning.cards import make_cards
from shared.learning.intake import TakenIn, take_in
from shared.learning.model import Incoming
from shared.learning.transfers import WordsImport
from shared.queue.task import StepRun

Numbered = tuple[int, Incoming]


def import_words(run: StepRun, order: WordsImport, blobs: Blobs, report: Report) -> None:
    """Take all rows in. The table is read to its end before any is, so one that is broken leaves nothing behind.

    Raises:
        PermanentError: `upload_gone`, `table_unreadable`, `pair_deleted`.
        TransientError: `contended`.
    """
    with uploaded(blobs, run.owner_id, order.upload_id, run.watch) as path:
        with rows_of(path) as rows:
            total = sum(1 for _ in rows)
        with rows_of(path) as rows:
            done = 0
            for batch in batches(rows):
                run.watch.check()
                _take(run, order, batch if done or not order.header else batch[1:], report)
                done += len(batch)
                run.watch.progress(done, total, "taking words in")


def _take(run: StepRun, order: WordsImport, batch: Sequence[tuple[int, list[str]]], report: Report) -> None:
    words = list(_words(run, order, batch, report))
    for (row, word), taken in zip(
        words, in_transaction(run.database, lambda at: _save(at, run, order, words)), strict=True
    ):
        report.add(row, taken.outcome, word.lemma)


def _words(
    run: StepRun, order: WordsImport, batch: Sequence[tuple[int, list[str]]], report: Report
) -> Iterator[Numbered]:
    for row, cells in batch:
        try:
            yield row, word_in(cells, order.columns, run.job_id, row)
        except RowError as error:
            report.add(row, error.outcome, " | ".join(cells), error.reason)


def _save(connection: Connection, run: StepRun, order: WordsImport, words: Sequence[Numbered]) -> list[TakenIn]:
    taken = take_in(connection, run.owner_id, order.pair_id, [word for _, word in words], "csv")
    if order.directions:
        make_cards(connection, run.owner_id, [each.entry_id for each in taken], order.directions)
    return taken
