"""The steps that bring files in and out, as the engine runs them: load, do, hand over."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from services.nlp.exports.archive import write_archive
from services.nlp.exports.learnt import write_deck
from services.nlp.imports.deck_import import import_deck
from services.nlp.imports.preview import preview
from services.nlp.imports.reports import Report, report_in
from services.nlp.imports.sentence_import import import_sentences
from services.nlp.imports.word_import import import_words
from shared.blobs.ports import Blobs
from shared.jobs.steps import Done
from shared.jobs.wording import counted
from shared.learning.transfers import (
    DeckImport,
    ExportOrder,
    PreviewOrder,
    SentencesImport,
    Transferred,
    WordsImport,
    output_of,
)
from shared.queue.task import StepBody, StepRun

NDJSON = "application/x-ndjson"


def transfer_bodies(blobs: Blobs) -> Mapping[str, StepBody]:
    """What each task name does that brings files in or out."""
    return {
        "nlp.preview_import": lambda run: _preview(run, blobs),
        "nlp.import_words": lambda run: _import_words(run, blobs),
        "nlp.import_deck": lambda run: _import_deck(run, blobs),
        "nlp.import_sentences": lambda run: _import_sentences(run, blobs),
        "nlp.export_learner": lambda run: _export(run, blobs),
    }


def _preview(run: StepRun, blobs: Blobs) -> Done:
    order = msgspec.json.decode(run.input, type=PreviewOrder)
    tables = preview(run, order, blobs)
    key = run.key("preview.json")
    blobs.put(key, msgspec.json.encode(tables), "application/json")
    thing = "table" if order.kind == "words" else "note type"
    return Done(summary=counted(len(tables), thing), output=output_of(Transferred(preview_key=key)))


def _import_words(run: StepRun, blobs: Blobs) -> Done:
    order = msgspec.json.decode(run.input, type=WordsImport)
    return _reported(run, blobs, lambda report: import_words(run, order, blobs, report))


def _import_deck(run: StepRun, blobs: Blobs) -> Done:
    order = msgspec.json.decode(run.input, type=DeckImport)
    return _reported(run, blobs, lambda report: import_deck(run, order, blobs, report))


def _import_sentences(run: StepRun, blobs: Blobs) -> Done:
    counts = import_sentences(run, msgspec.json.decode(run.input, type=SentencesImport), blobs)
    return Done(summary=counted(counts["sentences"], "sentence"), output=output_of(Transferred(counts=dict(counts))))


def _reported(run: StepRun, blobs: Blobs, act: Callable[[Report], None]) -> Done:
    """Do something that reports each row; the report becomes an object."""
    key = run.key("report.jsonl")
    with TemporaryDirectory(prefix="parlance-") as folder:
        with report_in(Path(folder)) as report:
            act(report)
        blobs.put_file(key, report.path, NDJSON)
    output = Transferred(counts=dict(report.counts), report_key=key)
    return Done(summary=counted(report.counts["new"], "new word"), output=output_of(output))


def _export(run: StepRun, blobs: Blobs) -> Done:
    order = msgspec.json.decode(run.input, type=ExportOrder)
    with TemporaryDirectory(prefix="parlance-") as folder:
        path = Path(folder) / "export"
        counts = write_deck(run, path, blobs) if order.format == "apkg" else write_archive(run, path)
        name = f"parlance-{datetime.now(UTC):%Y-%m-%d}.{'apkg' if order.format == 'apkg' else 'zip'}"
        key = run.key(name)
        blobs.put_file(key, path, "application/zip")
    output = Transferred(counts=counts, archive_key=key, archive_name=name)
    return Done(summary=counted(sum(counts.values()), "row"), output=output_of(output))
