"""What clients send to bring words in, and what they get."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from services.api.jobs.schemas import JobView
from shared.learning.scheduling import Direction
from shared.learning.transfers import PreviewTable

MOST_COLUMNS = 1000
MOST_NOTE_TYPES = 100
MOST_FIELD_NAME = 200  # characters

Column = Annotated[int, Meta(ge=0, lt=MOST_COLUMNS)]
FieldName = Annotated[str, Meta(min_length=1, max_length=MOST_FIELD_NAME)]
Directions = Annotated[tuple[Direction, ...], Meta(max_length=2)]


class UploadView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was uploaded; it is kept for a day."""

    id: UUID
    size: Annotated[int, Meta(description="Bytes.")]


class ColumnsOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which column of a table holds what, counted from 0."""

    lemma: Column
    translation: Column | None = None
    pos: Column | None = None
    reading: Column | None = None
    example: Column | None = None
    note: Column | None = None


class FieldsOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which field of a note type holds what, and what its templates ask, in order."""

    lemma: FieldName
    translation: FieldName | None = None
    reading: FieldName | None = None
    example: FieldName | None = None
    note: FieldName | None = None
    directions: Directions = ("recognition", "production")


class ImportOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A file to be taken in. `columns` is for tables, `note_types` for decks, the rest of the ids for sentences."""

    upload_id: UUID
    kind: Literal["words", "deck", "sentences"]
    pair_id: Annotated[UUID | None, Meta(description="Where words go; needed for words and decks.")] = None
    columns: ColumnsOrder | None = None
    header: Annotated[bool, Meta(description="Of a table: its first row names the columns.")] = True
    directions: Annotated[Directions, Meta(description="Of a table: cards that are made of each word.")] = ()
    note_types: Annotated[dict[FieldName, FieldsOrder], Meta(max_length=MOST_NOTE_TYPES)] | None = None
    links_id: Annotated[UUID | None, Meta(description="Of sentences: the upload of `links`.")] = None
    tags_id: Annotated[UUID | None, Meta(description="Of sentences: the upload of `tags`.")] = None
    audio_id: Annotated[UUID | None, Meta(description="Of sentences: the upload of `sentences_with_audio`.")] = None
    languages: Annotated[list[str], Meta(max_length=50, description="Of sentences: the languages to keep.")] = []


class PreviewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file to be looked into."""

    upload_id: UUID
    kind: Literal["words", "deck"]


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """An import or preview, and what came of it once it is done."""

    job: JobView
    counts: Annotated[dict[str, int], Meta(description="Rows by what became of them: `new`, `duplicate` ...")]
    report_url: Annotated[str | None, Meta(description="A JSON line a row; for ten minutes, the report for a day.")]
    preview: Annotated[list[PreviewTable] | None, Meta(description="Columns and first rows, of a preview.")]


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an export should be: everything as JSON and CSV, or the word bank as an Anki deck."""

    format: Literal["json", "apkg"] = "json"


class ExportView(msgspec.Struct, frozen=True, kw_only=True):
    """An export, and where it can be fetched once it is done."""

    job: JobView
    counts: dict[str, int]
    name: Annotated[str | None, Meta(description="What to call the file.")]
    url: Annotated[str | None, Meta(description="Where to fetch it, for ten minutes; the file is kept for a day.")]
