"""`parlance words ...`: the lexicon, and the words that somebody keeps."""

import re
from contextlib import suppress
from enum import StrEnum
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec
import typer

from services.cli.exits import WRONG, StopError
from services.cli.jobs import rows_of
from services.cli.lexicon import headword, meanings
from services.cli.options import AsJson, Level, Limit
from services.cli.pairs import OfPair, pair_of
from services.cli.shell import screen_of, shell_of
from services.cli.stats import stats

if TYPE_CHECKING:
    from services.cli.answers import ReadArticle
    from services.cli.api import Api
    from services.cli.screen import Screen

words = typer.Typer(no_args_is_help=True, help="Look words up, and keep those you want to learn.")
BANK = "/api/vocab/entries"
MOST_ALIKE = 200
"""Entries that begin alike and are looked through for the one that is meant."""
_BEGIN = re.compile(r"^(?:[^\s'\u2019]+['\u2019]|\S+\s)\s*")


class Status(StrEnum):
    """What may be said of a word."""

    NEW = "new"
    LEARNING = "learning"
    KNOWN = "known"
    IGNORED = "ignored"
    SUSPENDED = "suspended"


Prefix = Annotated[str, typer.Argument(help="How the word begins; accents and case do not matter.")]
Begins = Annotated[str | None, typer.Option("--begins", help="Only words that begin so.")]
Statuses = Annotated[
    list[str] | None,
    typer.Option("--status", help="pending_sense, new, learning, known, ignored, suspended; may be repeated."),
]
Pos = Annotated[str | None, typer.Option("--pos", help="Part of speech, as NOUN or VERB.")]
Lemma = Annotated[str, typer.Argument(help="The word as a dictionary has it.")]
Meaning = Annotated[UUID | None, typer.Option("--word", help="Which meaning: the id that `words search` shows.")]
Translation = Annotated[str | None, typer.Option("--translation", help="Yours, if the lexicon lacks the word.")]
EntryId = Annotated[UUID, typer.Argument(help="The id in your bank.")]
Chosen = Annotated[UUID | None, typer.Argument(help="The meaning's word id.")]
Word = Annotated[str, typer.Argument(help="The word, or its entry's id.")]
NewStatus = Annotated[Status, typer.Argument(help="How far you are with it.")]
Note = Annotated[str | None, typer.Option("--note", help="What you want to remember with it.")]
Both = Annotated[bool, typer.Option("--both", help="In both directions, not only for recognising.")]
ArticleId = Annotated[UUID, typer.Argument(help="The article's id.")]
Surface = Annotated[str, typer.Argument(help="The word as it stands in the article, or its dictionary form.")]
Sentence = Annotated[int | None, typer.Option("--sentence", min=1, help="Which sentence, if it stands in several.")]


@words.command()
def search(
    context: typer.Context,
    begins: Prefix,
    *,
    language: OfPair = None,
    level: Level = None,
    pos: Pos = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Words of the lexicon in alphabetical order; with --json one line each."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        pair = pair_of(api, language)
        filters = {"q": begins, "language": pair["language"]}
        filters |= {"level": level.upper() if level else None, "pos": pos.upper() if pos else None}
        rows = rows_of(api, "/api/vocabulary/words", filters, limit)
    for row in rows:
        screen.document(row)
    _meanings_table(screen, rows, str(pair["native_language"]))


@words.command("list")
def list_words(
    context: typer.Context,
    *,
    language: OfPair = None,
    status: Statuses = None,
    begins: Begins = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """The words of your bank, the newest first; with --json one line each."""
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        pair = pair_of(api, language)
        rows = rows_of(api, BANK, {"pair_id": pair["id"], "status": status, "q": begins}, limit)
    for row in rows:
        screen.document(row)
    native = str(pair["native_language"])
    screen.table(
        ("ENTRY", "WORD", "POS", "STATUS", "MEANING"),
        [
            [row["id"], headword(row["word"] or row), row["pos"], row["status"], meanings(row["word"] or {}, native)]
            for row in rows
        ],
    )


@words.command()
def add(
    context: typer.Context,
    lemma: Lemma,
    *,
    language: OfPair = None,
    pos: Pos = None,
    word: Meaning = None,
    translation: Translation = None,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Keep a word. One with several meanings waits until you choose one."""
    given = {
        "lemma": lemma,
        "pos": pos.upper() if pos else None,
        "word_id": str(word) if word else None,
        "translation": translation,
        "note": note,
    }
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        body = {name: value for name, value in given.items() if value is not None}
        body["pair_id"] = pair_of(api, language)["id"]
        _tell(screen, api.post(BANK, body, safe=True))  # a word that the bank has stays as it is: twice is once


@words.command()
def choose(context: typer.Context, entry_id: EntryId, word: Chosen = None, *, as_json: AsJson = False) -> None:
    """Choose the meaning of a word that has several; without one they are shown."""
    path = f"{BANK}/{entry_id}"
    from services.cli.api import decoded  # noqa: PLC0415

    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        if word is not None:
            _tell(screen, decoded(api.send("PATCH", path, body={"word_id": str(word)})))
            return
        entry = api.get(path)
    if not entry["candidates"]:
        _tell(screen, entry)
        screen.say("It has its meaning: there is nothing to choose.")
        return
    screen.document(entry)
    _meanings_table(screen, entry["candidates"], "")
    screen.say(f"Choose one with: parlance words choose {entry_id} WORD_ID")


@words.command("status")
def set_status(
    context: typer.Context, word: Word, status: NewStatus, *, language: OfPair = None, as_json: AsJson = False
) -> None:
    """Say how far you are with a word of your bank; while it is known, ignored or suspended it is not asked."""
    from services.cli.api import decoded  # noqa: PLC0415

    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        entry_id = _entry_id(api, word, language)
        _tell(screen, decoded(api.send("PATCH", f"{BANK}/{entry_id}", body={"status": status.value})))


def _entry_id(api: "Api", word: str, language: str | None) -> str:
    """The id, or that of the only entry of the bank with this lemma."""
    with suppress(ValueError):
        return str(UUID(word))
    pair = str(pair_of(api, language)["id"])
    found = next((rows for text in (word, _BEGIN.sub("", word, 1)) if (rows := _entries(api, pair, text, word))), [])
    if not found:
        raise StopError(WRONG, f"There is no {word!r} in your bank.")
    if len(found) > 1:
        ids = "\n".join(f"  {row['id']}  {headword(row['word'] or row)}" for row in found)
        raise StopError(WRONG, f"Your bank has {word!r} more than once. Say which:\n{ids}")
    return str(found[0]["id"])


def _entries(api: "Api", pair_id: str, begins: str, word: str) -> list[dict[str, Any]]:
    """Entries that are called so, with their article or without; those that are spelt just so, if there are any."""
    rows = rows_of(api, BANK, {"pair_id": pair_id, "q": begins}, MOST_ALIKE)
    found = [row for row in rows if word.casefold() in {name.casefold() for name in _names(row)}]
    return [row for row in found if word in _names(row)] or found


def _names(row: dict[str, Any]) -> set[str]:
    lemma, article = str(row["lemma"]), (row["word"] or {}).get("article")
    return {lemma, headword({"lemma": lemma, "article": article})}


@words.command()
def cards(context: typer.Context, *, language: OfPair = None, both: Both = False, as_json: AsJson = False) -> None:
    """Make cards of all words of your bank that are to be learnt; those that exist stay as they are."""
    body: dict[str, Any] = {"directions": ["recognition", "production"] if both else ["recognition"]}
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        body["pair_id"] = pair_of(api, language)["id"]
        made = api.post("/api/flashcards", body, safe=True)
    screen.document(made)
    screen.put(f"New cards: {made['created']}.")
    if made["without_meaning"]:
        screen.say(f"Words without a meaning: {made['without_meaning']}. They are not asked until they have one.")


words.command()(stats)


@words.command("from-article")
def from_article(
    context: typer.Context,
    article_id: ArticleId,
    word: Surface,
    *,
    sentence: Sentence = None,
    as_json: AsJson = False,
) -> None:
    """Keep a word of an article, with the sentence in which you met it."""
    from services.cli.answers import ReadArticle  # noqa: PLC0415  it brings the articles' model

    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        article = msgspec.convert(api.get(f"/api/articles/{article_id}"), ReadArticle)
        body = {"article_id": str(article_id), "start": _place(article, word, sentence)}
        _tell(screen, api.post(f"{BANK}/from-article", body, safe=True))  # see `add`


def _place(article: "ReadArticle", word: str, sentence: int | None) -> int:
    """The offset of the first token that is the word, as it stands there or in its dictionary form."""
    if article.annotation is None:
        raise StopError(WRONG, "The words of this article are not known, or not yet: watch its job.")
    wanted = word.casefold()
    for part in article.sentences:
        if sentence is not None and part.index != sentence - 1:
            continue
        for token in part.tokens:
            if wanted in {token.text.casefold(), token.lemma.casefold()}:
                return int(token.start)
    where = "the article" if sentence is None else f"sentence {sentence}"
    raise StopError(WRONG, f"There is no {word!r} in {where}.")


def _tell(screen: "Screen", entry: dict[str, Any]) -> None:
    screen.document(entry)
    screen.put(f"{entry['id']}  {headword(entry['word'] or entry)}  {entry['status']}")
    if entry["status"] == "pending_sense":
        screen.say(f"It has several meanings. See them with: parlance words choose {entry['id']}")
    elif entry["word"]["own"] and not entry["word"]["translations"]:
        say = f"parlance words add {quote(entry['lemma'])} --translation ..."
        screen.say(f"The lexicon does not have it. Say what it means: {say}")


def _meanings_table(screen: "Screen", rows: list[dict[str, Any]], native: str) -> None:
    heads = ("WORD_ID", "WORD", "POS", "LEVEL", "MEANING")
    screen.table(heads, [[row["id"], headword(row), row["pos"], row["level"], meanings(row, native)] for row in rows])
