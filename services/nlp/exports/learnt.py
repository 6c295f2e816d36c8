"""The word bank as notes of a deck, read a page at a time, and the media that they show."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.nlp.exports.archive import translations_of
from services.nlp.exports.decks import DeckCard, DeckNote, pack, write_collection
from services.nlp.exports.gathering import BANK, CARDS_OF, MEDIA_OF, REVIEWS_OF, Row, owned, pages, rows
from shared.blobs.ports import Blobs, ObjectNotFoundError
from shared.learning.settings_rows import study_settings
from shared.lexicon.headwords import joined
from shared.queue.task import StepRun

LONGEST_NAME = 200  # bytes: file systems take 255, and something may come before it
ENTRIES_AT_ONCE = 200
"""With each come its cards, and with each card all of its reviews."""
LEFT_OUT = frozenset({"pending_sense"})
"""What has no meaning yet cannot be asked."""


class Media:
    """Files that go along, each under the name that notes show it by.

    Args:
        blobs: Where the objects lie.
        folder: Where the files go.
    """

    def __init__(self, blobs: Blobs, folder: Path) -> None:
        self._blobs = blobs
        self._folder = folder
        self._keys: dict[str, str] = {}
        folder.mkdir()

    @property
    def files(self) -> list[Path]:
        """All of them."""
        return [self._folder / name for name in self._keys]

    def file(self, name: str, key: str) -> str | None:
        """The name of the file with this object; null if the object is gone. Two of one name are told apart."""
        if self._keys.get(name, key) != key or len(name.encode()) > LONGEST_NAME:
            name = f"{key.rpartition('/')[2][:12]}-{_shortened(name)}"
        if name not in self._keys:
            try:
                self._blobs.get_file(key, self._folder / name)
            except ObjectNotFoundError:
                return None
            self._keys[name] = key
        return name


def write_deck(run: StepRun, path: Path, blobs: Blobs) -> dict[str, int]:
    """Write the owner's word bank as an Anki package; returns how many notes it has."""
    media, collection = Media(blobs, path.parent / "media"), path.parent / "collection"
    with run.database.connection() as connection:
        settings = study_settings(connection, run.owner_id)
    notes = write_collection(collection, _notes(run, media), settings)
    pack(path, collection, media.files)
    return {"notes": notes, "media": len(media.files)}


def _notes(run: StepRun, media: Media) -> Iterator[DeckNote]:
    """The entries of the bank, read as late as possible."""
    total, done = owned(run.database, run.owner_id, ("word_bank",)), 0
    for page in pages(run.database, run.owner_id, BANK, most=ENTRIES_AT_ONCE):
        run.watch.check()
        run.watch.progress(done, total, "packing words")
        done += len(page)
        ids = [row["id"] for row in page]
        cards = rows(run.database, CARDS_OF, run.owner_id, ids)
        reviews = _by(rows(run.database, REVIEWS_OF, run.owner_id, [card["id"] for card in cards]), "card_id")
        of_entry = _by(cards, "entry_id")
        shown = _by(rows(run.database, MEDIA_OF, run.owner_id, ids), "entry_id")
        for row in page:
            if row["status"] not in LEFT_OUT:
                deck_cards = [DeckCard(row=card, reviews=reviews[card["id"]]) for card in of_entry[row["id"]]]
                names = [media.file(medium["name"], medium["key"]) for medium in shown[row["id"]]]
                yield _note(row, deck_cards, [name for name in names if name])


def _note(row: Row, cards: list[DeckCard], media: list[str]) -> DeckNote:
    examples: list[dict[str, Any]] = row["examples"] or []
    example = examples[0]["text"] if examples else ""
    texts = (
        joined(row["article"], row["lemma"]),
        "; ".join(translations_of(row)),
        row["reading"] or "",
        example,
        row["note"],
    )
    return DeckNote(
        entry_id=row["id"],
        language=row["language"],
        native_language=row["native_language"],
        texts=texts,
        media=media,
        cards=cards,
    )


def _shortened(name: str) -> str:
    """The end of a name, which tells what it is."""
    return name.encode()[-LONGEST_NAME:].decode(errors="ignore")


def _by(found: list[Row], column: str) -> defaultdict[Any, list[Row]]:
    grouped: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in found:
        grouped[row[column]].append(row)
    return grouped
