"""Puts the catalogue into the database, a file a transaction. What is there already is completed, never doubled.

A file that has not changed since it was loaded is passed over, so that what admins changed afterwards stays.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID, uuid5

import msgspec

from services.api.catalogue.model import (
    CataloguePack,
    CatalogueSentence,
    CatalogueSentences,
    CatalogueWord,
    read_pack,
    read_sentences,
)
from shared.db.session import Connection
from shared.jobs.kinds import ALL_STEPS, ENRICH_LEXICON, SYSTEM_OWNER
from shared.jobs.store import submit
from shared.jobs.submission import Submission
from shared.lexicon.model import Example, NewWord, document
from shared.lexicon.sentences import new_text
from shared.lexicon.store import save_word
from shared.lexicon.word_counts import count_words

API = Path(__file__).parents[1]
SOURCE, LICENCE = "catalogue", "MIT"
NAMES = UUID("5f0c7a1e-8d0b-5b0e-9a53-6f1f6c1f2d11")
"""The namespace of packs' and sentences' ids: the same in every installation."""

LOADED = "SELECT path, sha256 FROM catalogue_files"
REMEMBER = (
    "INSERT INTO catalogue_files (path, sha256) VALUES ($1, $2)"
    " ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, loaded_at = clock_timestamp()"
)
# What two loaders at once load is the same.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('catalogue'))"
# Who unpublished a pack does not see it published again.
PACK = (
    "INSERT INTO packs (id, slug, language, level, title, description, published_at)"
    " VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, clock_timestamp())"
    " ON CONFLICT (slug) DO UPDATE SET language = excluded.language, level = excluded.level, title = excluded.title,"
    " description = excluded.description, updated_at = clock_timestamp() RETURNING id"
)
CLEAR_PACK = "DELETE FROM pack_words WHERE pack_id = $1"
FILL_PACK = (
    "INSERT INTO pack_words (pack_id, word_id, position)"
    " SELECT $1, word.id, word.position FROM unnest($2::uuid[]) WITH ORDINALITY AS word(id, position)"
    " ON CONFLICT DO NOTHING"
)
SENTENCES = (
    "INSERT INTO sentences (id, language, text, words, level, tags, source, source_id, licence)"  # noqa: S608 - ours
    " SELECT id, language, text, words, level, tags, $2, source_id, $3 FROM jsonb_to_recordset($1::jsonb)"
    " AS each(id uuid, language text, text text, words integer, level text, tags text[], source_id text)"
    f" ON CONFLICT (source, source_id) DO UPDATE SET {new_text('excluded.text', 'excluded.words')},"
    " level = excluded.level, tags = excluded.tags, updated_at = clock_timestamp()"
)
LINKS = (
    "INSERT INTO sentence_translations (sentence_id, translation_id)"
    " SELECT one.id, other.id FROM unnest($1::text[], $2::text[]) AS link(one, other)"
    " JOIN sentences AS one ON one.source = $3 AND one.source_id = link.one"
    " JOIN sentences AS other ON other.source = $3 AND other.source_id = link.other"
    " ON CONFLICT DO NOTHING"
)


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What came of loading."""

    files: int = 0
    unchanged: int = 0
    words: int = 0
    sentences: int = 0
    """With their translations, which are sentences of their own."""


def load_catalogue(connection: Connection, folder: Path = API) -> Loaded:
    """Load every file that is new or has changed, and order what only a worker can add: frequency and furigana.

    Raises:
        CatalogueError: A file is not as it must be; what was loaded before it stays.
    """
    before = {row["path"]: row["sha256"] for row in connection.execute(LOADED)}
    done = [_load(connection, path, folder, before) for path in _files(folder)]
    if any(each.unchanged == 0 for each in done):
        job = Submission(
            owner_id=SYSTEM_OWNER,
            of_account=False,
            kind=ENRICH_LEXICON,
            input=msgspec.Raw(b"{}"),
            steps=ALL_STEPS[ENRICH_LEXICON],
            bulk=True,
        )
        with connection.transaction():
            submit(connection, [job], may_publish=False)
    return _sum(done)


def _files(folder: Path) -> list[Path]:
    return [*sorted(folder.glob("packs/catalogue/*/*.yaml")), *sorted(folder.glob("sentences/catalogue/*.yaml"))]


def _load(connection: Connection, path: Path, folder: Path, before: dict[str, str]) -> Loaded:
    content, name = path.read_bytes(), path.relative_to(folder).as_posix()
    sha256 = hashlib.sha256(content).hexdigest()
    if before.get(name) == sha256:
        return Loaded(files=1, unchanged=1)
    text = content.decode()
    if name.startswith("packs/"):
        pack = read_pack(text, path.stem)
        with connection.transaction():
            connection.execute(ONE_AT_A_TIME)
            load_pack(connection, pack)
            connection.execute(REMEMBER, (name, sha256))
        return Loaded(files=1, words=len(pack.words))
    sentences = read_sentences(text, path.stem)
    with connection.transaction():
        connection.execute(ONE_AT_A_TIME)
        number = load_sentences(connection, sentences)
        connection.execute(REMEMBER, (name, sha256))
    return Loaded(files=1, sentences=number)


def load_pack(connection: Connection, pack: CataloguePack) -> None:
    """Save a pack and its words; call it in a transaction."""
    values = (
        uuid5(NAMES, pack.pack),
        pack.pack,
        pack.language,
        pack.level,
        document(pack.title),
        document(pack.description),
    )
    row = connection.execute(PACK, values).fetchone()
    if row is None:
        message = "an upsert returned no row"
        raise RuntimeError(message)
    words = [save_word(connection, _new_word(word, pack)) for word in pack.words]
    connection.execute(CLEAR_PACK, (row["id"],))
    connection.execute(FILL_PACK, (row["id"], words))


def _new_word(word: CatalogueWord, pack: CataloguePack) -> NewWord:
    translations = {str(code): text for code, text in word.example_translation.items()}
    example = Example(text=word.example, translations=translations, source=SOURCE, licence=LICENCE)
    return NewWord(
        language=pack.language,
        lemma=word.lemma,
        pos=word.pos,
        sense=word.sense,
        article=word.article,
        plural=word.plural,
        reading=word.reading,
        level=pack.level,
        translations={str(code): list(texts) for code, texts in word.translations.items()},
        forms=word.forms,
        examples=[example],
        source=SOURCE,
        licence=LICENCE,
    )


def load_sentences(connection: Connection, catalogue: CatalogueSentences) -> int:
    """Save sentences and their translations, linked both ways; returns how many. Call it in a transaction."""
    rows = [row for sentence in catalogue.sentences for row in _rows(sentence, catalogue.language)]
    connection.execute(SENTENCES, (document(rows), SOURCE, LICENCE))
    links = [
        (sentence.id, f"{sentence.id}/{code}") for sentence in catalogue.sentences for code in sentence.translations
    ]
    pairs = [*links, *((other, one) for one, other in links)]
    connection.execute(LINKS, ([one for one, _ in pairs], [other for _, other in pairs], SOURCE))
    return len(rows)


def _rows(sentence: CatalogueSentence, language: str) -> Iterable[dict[str, object]]:
    """The sentence, and each translation: how hard that one is nobody has said, so it has no level."""
    yield _row(sentence.id, language, sentence.text, sentence.level, sentence.tags)
    for code, text in sentence.translations.items():
        yield _row(f"{sentence.id}/{code}", code, text, None, sentence.tags)


def _row(source_id: str, language: str, text: str, level: str | None, tags: list[str]) -> dict[str, object]:
    return {
        "id": uuid5(NAMES, source_id),
        "language": language,
        "text": text,
        "words": count_words(text, language),
        "level": level,
        "tags": tags,
        "source_id": source_id,
    }


def _sum(done: list[Loaded]) -> Loaded:
    return Loaded(
        files=len(done),
        unchanged=sum(each.unchanged for each in done),
        words=sum(each.words for each in done),
        sentences=sum(each.sentences for each in done),
    )
