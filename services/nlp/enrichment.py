"""Adds to the lexicon what only this service knows: how frequent words are, how Japanese is read and counted.

It looks for rows that lack it, a batch a transaction, so an attempt that stops is gone on with by the next.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from shared.jobs.steps import Done
from shared.jobs.wording import counted
from shared.languages import LANGUAGES
from shared.lexicon.model import RubyPiece, document
from shared.lexicon.word_counts import count_words
from shared.queue.task import StepRun

AT_ONCE = 500
"""Rows of a batch."""
WORDS = "SELECT id, lemma FROM words WHERE language = $1 AND zipf IS NULL ORDER BY id LIMIT $2"
# A lemma that was changed meanwhile is looked up again by the next batch.
SAVE_WORDS = (
    "UPDATE words SET zipf = found.zipf FROM unnest($1::uuid[], $2::text[], $3::float8[]) AS found(id, lemma, zipf)"
    " WHERE words.id = found.id AND words.lemma = found.lemma AND words.zipf IS NULL"
)
# Chinese nobody can count: the index leaves it out as this does, and the loop would not end with it.
SENTENCES = (
    "SELECT id, language, text FROM sentences"
    " WHERE words IS NULL AND language <> 'zh' OR language = 'ja' AND (ruby IS NULL OR romanised IS NULL)"
    " ORDER BY id LIMIT $1"
)
SAVE_SENTENCES = (
    "UPDATE sentences SET ruby = coalesce(sentences.ruby, found.ruby),"
    " romanised = coalesce(sentences.romanised, found.romanised), words = coalesce(sentences.words, found.words)"
    " FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::text[], $5::integer[])"
    " AS found(id, text, ruby, romanised, words)"
    " WHERE sentences.id = found.id AND sentences.text = found.text"
)
Zipf = Callable[[str, str], float]
"""Zipf value of a lemma in a language."""
Reading = tuple[list[RubyPiece], str, int]
"""A Japanese text in pieces with their furigana, in Latin letters, and how many words it has."""


def enrich_lexicon(run: StepRun) -> Done:
    """Look up what is missing of all words and sentences."""
    # Hundreds of megabytes of word lists and dictionaries, which a worker without such work need not load.
    from services.nlp.frequency import zipf  # noqa: PLC0415
    from services.nlp.furigana import furigana  # noqa: PLC0415
    from services.nlp.morphemes import morphemes_of, words_in  # noqa: PLC0415
    from services.nlp.romanisation import romanised  # noqa: PLC0415

    def read(text: str) -> Reading:
        morphemes = morphemes_of(text)
        return furigana(morphemes), romanised(morphemes), words_in(morphemes)

    words = sum(_all_batches(run, partial(_words, run, language, zipf)) for language in LANGUAGES)
    sentences = _all_batches(run, partial(_sentences, run, read))
    summary = f"{counted(words, 'word')}, {counted(sentences, 'sentence')}"
    return Done(summary=summary, output={"words": words, "sentences": sentences})


def _all_batches(run: StepRun, batch: Callable[[], int]) -> int:
    """Do batches until one finds nothing; returns the rows that they found."""
    total = 0
    while found := batch():
        total += found
        run.watch.progress(total, total + 1, f"{total} looked up")
        run.watch.check()
    return total


def _words(run: StepRun, language: str, zipf: Zipf) -> int:
    rows = _rows(run, WORDS, language, AT_ONCE)
    values = [zipf(row["lemma"], language) for row in rows]
    return _saved(run, SAVE_WORDS, rows, "lemma", values)


def _sentences(run: StepRun, read: Callable[[str], Reading]) -> int:
    rows = _rows(run, SENTENCES, AT_ONCE)
    found = [_found(row["text"], row["language"], read) for row in rows]
    columns = ([each[column] for each in found] for column in range(3))
    return _saved(run, SAVE_SENTENCES, rows, "text", *columns)


def _found(text: str, language: str, read: Callable[[str], Reading]) -> tuple[str | None, str | None, int | None]:
    """Furigana as JSON, the text in Latin letters, and the number of words."""
    if language != "ja":
        return None, None, count_words(text, language)
    ruby, latin, words = read(text)
    return document(ruby), latin, words


def _rows(run: StepRun, sql: str, *values: object) -> list[dict[str, Any]]:
    with run.database.connection() as connection:
        return connection.execute(sql, values).fetchall()


def _saved(run: StepRun, sql: str, rows: list[dict[str, Any]], name: str, *values: list[Any]) -> int:
    if rows:
        with run.database.connection() as connection:
            connection.execute(sql, ([row["id"] for row in rows], [row[name] for row in rows], *values))
    return len(rows)
