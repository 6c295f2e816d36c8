"""`import_sentences`: Tatoeba's exports become sentences of the lexicon, with author and licence."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid5

from services.nlp.imports.batches import batches, in_transaction
from services.nlp.imports.tatoeba import (
    LICENCE,
    TatoebaAudio,
    TatoebaSentence,
    audio_in,
    lines_of,
    link_in,
    recorded,
    sentence_in,
    tag_in,
)
from services.nlp.imports.uploads import uploaded
from shared.blobs.ports import Blobs
from shared.db.columns import columns
from shared.db.session import Connection
from shared.jobs.errors import PermanentError
from shared.learning.transfers import SentencesImport
from shared.lexicon.model import document
from shared.lexicon.sentences import new_text
from shared.lexicon.word_counts import count_words
from shared.queue.task import StepRun

Item = TypeVar("Item")
Save = Callable[[Connection, Sequence[Item]], int]

LINES: dict[str, Callable[[list[str]], object]] = {
    "sentences": sentence_in,
    "links": link_in,
    "tags": tag_in,
    "audio": recorded,
}
"""By file: what says of a line that something can be made of it."""
TATOEBA = UUID("c5d0a9c2-7d0b-5f0e-8a44-0f9f5a2c7b11")
"""The namespace of Tatoeba's numbers: a sentence has the same id however often it comes."""
BATCH = 1000
UNWANTED = frozenset({"@change", "@check", "@delete", "@needs native check", "vulgar", "archaic"})
"""Tags of sentences that nobody should learn from: they are hidden."""
SAVE = (
    "INSERT INTO sentences (id, language, text, words, source, source_id, author, licence)"  # noqa: S608 - ours
    " SELECT sentence.id, language, text, words, 'tatoeba', source_id, author, $1"
    " FROM unnest($2::uuid[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[])"
    " AS sentence(id, language, text, words, source_id, author) ON CONFLICT (source, source_id) DO UPDATE SET"
    f" {new_text('excluded.text', 'excluded.words')}, author = excluded.author, updated_at = clock_timestamp()"
    " WHERE (sentences.text, sentences.author) IS DISTINCT FROM (excluded.text, excluded.author)"
)
LINK = (
    "INSERT INTO sentence_translations (sentence_id, translation_id)"
    " SELECT one.id, other.id FROM unnest($1::uuid[], $2::uuid[]) AS link(one, other)"
    " JOIN sentences AS one ON one.id = link.one JOIN sentences AS other ON other.id = link.other"
    " ON CONFLICT DO NOTHING"
)
TAG = (
    "UPDATE sentences SET tags = (SELECT array_agg(DISTINCT tag ORDER BY tag)"
    " FROM unnest(sentences.tags || told.tags) AS tag),"
    " hidden_at = CASE WHEN told.tags && $3::text[] THEN coalesce(hidden_at, clock_timestamp()) ELSE hidden_at END"
    " FROM (SELECT id, array_agg(tag) AS tags FROM unnest($1::uuid[], $2::text[]) AS one(id, tag) GROUP BY id) AS told"
    " WHERE sentences.id = told.id AND NOT sentences.tags @> told.tags"
)
# Of a recording elsewhere we know the licence only: it is not put in the place of what can be heard.
AUDIO = (
    "UPDATE sentences SET audio = told.audio FROM unnest($1::uuid[], $2::jsonb[]) AS told(id, audio)"
    " WHERE sentences.id = told.id AND sentences.audio IS DISTINCT FROM told.audio"
    " AND sentences.audio ->> 'key' IS NULL"
)


def import_sentences(run: StepRun, order: SentencesImport, blobs: Blobs) -> Counter[str]:
    """Take all files in, sentences first: links, tags and recordings of what is not there are left out.

    Each file is read to its end before any is taken in, so one that is damaged leaves nothing behind.

    Raises:
        PermanentError: `upload_gone`, `table_unreadable`.
        TransientError: `contended`.
    """
    wanted = frozenset(order.languages)
    given = {"sentences": order.sentences, "links": order.links, "tags": order.tags, "audio": order.audio}
    with ExitStack() as stack:
        importer = _Importer(run)
        for what, upload_id in given.items():
            if upload_id is not None:
                importer.add(what, stack.enter_context(uploaded(blobs, run.owner_id, upload_id, run.watch)))
        importer.take("sentences", lambda line: _wanted(sentence_in(line), wanted), _save_sentences)
        importer.take("links", link_in, _save_links)
        importer.take("tags", tag_in, _save_tags)
        importer.take("audio", audio_in, _save_audio)
    return importer.counts


class _Importer:
    """The files of one import.

    Args:
        run: The attempt.
    """

    def __init__(self, run: StepRun) -> None:
        self.counts: Counter[str] = Counter()
        self._run = run
        self._files: dict[str, tuple[Path, int]] = {}

    def add(self, what: str, path: Path) -> None:
        """Read a file to its end.

        Raises:
            PermanentError: `table_unreadable`, it is damaged, or of most lines nothing can be made.
        """
        lines = sound = 0
        for batch in batches(lines_of(path), BATCH):
            self._run.watch.check()
            lines += len(batch)
            sound += sum(1 for line in batch if LINES[what](line))
        if 2 * sound < lines:
            detail = f"The file that should hold {what} is another one, or damaged: {sound} of {lines} lines are sound."
            raise PermanentError("table_unreadable", detail)
        self._files[what] = (path, lines)

    def take(self, what: str, parse: Callable[[list[str]], Item | None], save: Save[Item]) -> None:
        """One file, batch by batch; nothing if it was not given."""
        path, total = self._files.get(what, (None, 0))
        done = 0
        for lines in batches(lines_of(path), BATCH) if path else ():
            self._run.watch.check()
            items = [item for line in lines if (item := parse(line)) is not None]
            saved = in_transaction(self._run.database, partial(_call, save, items))
            done += len(lines)
            self.counts[what] += saved
            self.counts[f"{what}_left_out"] += len(lines) - saved
            self._run.watch.progress(done, total, f"taking {what} in")


def _call(save: Save[Item], items: Sequence[Item], connection: Connection) -> int:
    return save(connection, items)


def _wanted(sentence: TatoebaSentence | None, languages: frozenset[str]) -> TatoebaSentence | None:
    return sentence if sentence is not None and sentence.language in languages else None


def sentence_id(number: int) -> UUID:
    """The id of Tatoeba's sentence of this number."""
    return uuid5(TATOEBA, str(number))


def _save_sentences(connection: Connection, sentences: Sequence[TatoebaSentence]) -> int:
    unique = {each.id: each for each in sentences}
    values = [
        (
            sentence_id(each.id),
            each.language,
            each.text,
            count_words(each.text, each.language),
            str(each.id),
            each.author,
        )
        for each in unique.values()
    ]
    return connection.execute(SAVE, (LICENCE, *columns(values, 6))).rowcount


def _save_links(connection: Connection, links: Sequence[tuple[int, int]]) -> int:
    values = [(sentence_id(one), sentence_id(other)) for one, other in set(links)]
    return connection.execute(LINK, (*columns(values, 2),)).rowcount


def _save_tags(connection: Connection, tags: Sequence[tuple[int, str]]) -> int:
    values = [(sentence_id(number), tag) for number, tag in tags]
    return connection.execute(TAG, (*columns(values, 2), sorted(UNWANTED))).rowcount


def _save_audio(connection: Connection, recordings: Sequence[TatoebaAudio]) -> int:
    values = [
        (
            sentence_id(each.id),
            document(
                {"author": each.author, "licence": each.licence, "source": "tatoeba", "attribution": each.address}
            ),
        )
        for each in {each.id: each for each in recordings}.values()
    ]
    return connection.execute(AUDIO, (*columns(values, 2),)).rowcount
