"""`import_deck`: the notes of an Anki package become entries with their cards, memories, reviews and media."""

import mimetypes
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from services.nlp.imports import archives, collections
from services.nlp.imports.batches import in_transaction
from services.nlp.imports.collections import Collection, Note, NoteType
from services.nlp.imports.notes import Read, cards_of, media_in, read
from services.nlp.imports.packages import collection_name, media_names
from services.nlp.imports.reports import Report
from services.nlp.imports.uploads import uploaded
from services.nlp.imports.words import RowError
from shared.blobs.ports import Blobs
from shared.db.session import Connection
from shared.jobs.steps import Watch
from shared.learning.card_intake import IncomingCard, Medium, save_media, take_in_cards
from shared.learning.intake import TakenIn, take_in
from shared.learning.settings import StudySettings
from shared.learning.settings_rows import study_settings
from shared.learning.storage import require_room
from shared.learning.transfers import DeckImport
from shared.queue.task import StepRun

KEPT_MEDIA = ("image/", "audio/", "video/")


class _Deck(msgspec.Struct, frozen=True, kw_only=True):
    """What all batches of one import need."""

    run: StepRun
    order: DeckImport
    blobs: Blobs
    report: Report
    archive: zipfile.ZipFile
    types: dict[int, NoteType]
    media: dict[str, str]
    first: date
    """Day 0 of the collection."""
    settings: StudySettings
    now: datetime


def import_deck(run: StepRun, order: DeckImport, blobs: Blobs, report: Report) -> None:
    """Take all notes in that were asked for. What is wrong with the package is found before any is.

    Raises:
        PermanentError: `upload_gone`, `archive_unreadable`, `archive_unsafe`, `deck_stub`, `deck_unreadable`,
            `pair_deleted`, `storage_full`.
        TransientError: `contended`.
    """
    with (
        uploaded(blobs, run.owner_id, order.upload_id, run.watch) as path,
        archives.opened(path) as archive,
        collections.opened(unpacked_collection(archive, path.parent), run.watch) as collection,
    ):
        with run.database.connection() as connection:
            settings = study_settings(connection, run.owner_id)
        deck = _Deck(
            run=run,
            order=order,
            blobs=blobs,
            report=report,
            archive=archive,
            types=collection.note_types(),
            media=media_names(archive),
            first=settings.on_the_wall(datetime.fromtimestamp(collection.created(), UTC)),
            settings=settings,
            now=datetime.now(UTC),
        )
        run.watch.progress(0, collection.notes(), "looking through the deck")
        archives.require_intact(archive, run.watch)
        _require_readable(collection, run.watch)
        _take_all(deck, collection)


def unpacked_collection(archive: zipfile.ZipFile, folder: Path) -> Path:
    """The package's database in a file of its own."""
    return archives.unpack(archive, collection_name(archive), folder / "collection", archives.MOST_COLLECTION)


def _require_readable(collection: Collection, watch: Watch) -> None:
    """Read everything once: a database that is damaged in its middle must not be half taken in."""
    for _ in collection.batches():
        watch.check()


def _take_all(deck: _Deck, collection: Collection) -> None:
    total, done = collection.notes(), 0
    for notes in collection.batches():
        deck.run.watch.check()
        _take(deck, _read(deck, enumerate(notes, done + 1)))
        done += len(notes)
        deck.run.watch.progress(done, total, "taking notes in")


def _read(deck: _Deck, notes: Iterable[tuple[int, Note]]) -> list[Read]:
    found = []
    for row, note in notes:
        try:
            found.append(read(row, note, deck.types, deck.order.note_types, deck.run.job_id))
        except RowError as error:
            deck.report.add(row, error.outcome, " | ".join(note.fields), error.reason)
    return found


def _take(deck: _Deck, notes: Sequence[Read]) -> None:
    """One batch: its media first, because a row must never point to an object that is not there."""
    media = {note.row: _stored_media(deck, note) for note in notes}
    taken = in_transaction(deck.run.database, lambda connection: _save(connection, deck, notes, media))
    for note, (entry, cards) in zip(notes, taken, strict=True):
        outcome = "updated" if cards and entry.outcome == "duplicate" else entry.outcome
        deck.report.add(note.row, outcome, note.word.lemma)


def _save(
    connection: Connection, deck: _Deck, notes: Sequence[Read], media: dict[int, list[Medium]]
) -> list[tuple[TakenIn, int]]:
    """The entries of a batch, and whether cards of each were taken."""
    owner, pair = deck.run.owner_id, deck.order.pair_id
    taken = take_in(connection, owner, pair, [note.word for note in notes], "anki")
    cards = [_cards(deck, note, entry) for note, entry in zip(notes, taken, strict=True)]
    changed = take_in_cards(connection, owner, pair, [card for each in cards for card in each])
    found = [
        msgspec.structs.replace(medium, entry_id=entry.entry_id)
        for note, entry in zip(notes, taken, strict=True)
        for medium in media[note.row]
    ]
    save_media(connection, owner, found)
    if found:
        require_room(connection, owner)
    return [(entry, sum(card.entry_id in changed for card in each)) for entry, each in zip(taken, cards, strict=True)]


def _cards(deck: _Deck, note: Read, entry: TakenIn) -> list[IncomingCard]:
    try:
        return cards_of(note, entry.entry_id, deck.first, deck.settings, deck.now)
    except RowError as error:
        deck.report.add(note.row, error.outcome, note.word.lemma, error.reason)
        return []


def _stored_media(deck: _Deck, note: Read) -> list[Medium]:
    """The note's media as objects, named for what is in them: one that several notes show is stored once."""
    stored = []
    for name in media_in(note.note):
        deck.run.watch.check()
        kind = mimetypes.guess_type(name)[0] or ""
        if name not in deck.media or not kind.startswith(KEPT_MEDIA) or kind == "image/svg+xml":
            deck.report.add(note.row, "media_left_out", name, "is not in the package, or no picture or recording")
            continue
        try:
            body = b"".join(archives.unpacked(deck.archive, deck.media[name], archives.MOST_MEDIUM))
        except archives.TooLargeError:
            deck.report.add(note.row, "media_left_out", name, "is larger than 20 MB")
            continue
        key = f"imports/{deck.run.job_id}/{sha256(body).hexdigest()}"
        deck.blobs.put(key, body, kind)
        stored.append(Medium(entry_id=note.word.id, name=name, key=key, content_type=kind, size=len(body)))
    return stored
