"""`parlance article`: order one article, and watch it if wanted."""

import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.exits import WRONG, StopError
from services.cli.options import (
    AsJson,
    Language,
    Length,
    Level,
    Native,
    NoNarrate,
    Voice,
    Watch,
    order_options,
    read_text,
)
from services.cli.shell import screen_of, shell_of

Topic = Annotated[str | None, typer.Argument(help="What it is about, in any language.")]
Text = Annotated[str | None, typer.Option("--text", help="Retell the text of this file; - is the standard input.")]
SourceUrl = Annotated[str | None, typer.Option("--url", help="Retell the page at this address.")]
Words = Annotated[list[str] | None, typer.Option("--word", help="A word to use; may be repeated.")]
DueWords = Annotated[
    bool, typer.Option("--due-words", help="Use words that you have to review; you must learn this language.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Write the reader page to this file; watches until then.")]


def article(
    context: typer.Context,
    topic: Topic = None,
    *,
    language: Language = None,
    level: Level = None,
    native: Native = None,
    length: Length = None,
    voice: Voice = None,
    no_narrate: NoNarrate = False,
    text: Text = None,
    url: SourceUrl = None,
    word: Words = None,
    due_words: DueWords = False,
    watch: Watch = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Order an article from a topic, a text or a page. Ctrl-C while watching leaves the job running."""
    from services.cli.articles import write_page  # noqa: PLC0415  httpx and rich take half of a start
    from services.cli.jobs import follow, tell_job  # noqa: PLC0415

    order = order_options(
        language=language, level=level, native=native, length=length, voice=voice, no_narrate=no_narrate
    )
    order |= _source(topic, text, url) | ({"words_to_use": word} if word else {})
    order |= {"use_due_words": True} if due_words else {}
    missing = [f"--{field}" for field in ("language", "level") if field not in order]
    if missing:
        raise StopError(WRONG, f"{' and '.join(missing)} must be given.")
    if out is not None and not out.absolute().parent.is_dir():
        raise StopError(WRONG, f"{out} cannot be written: there is no folder {out.parent}.")
    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        # The key makes it safe to ask again after a lost answer: the same key is the same job.
        job = api.post("/api/generation/articles", order, headers={"Idempotency-Key": str(uuid4())}, safe=True)
        if watch or out is not None:
            job = follow(api, screen, job)
        if out is not None and job.get("result"):
            write_page(api, str(job["result"]["article"]["id"]), out)
            screen.say(f"The page is {out}.")
        tell_job(screen, job, watched=watch or out is not None)


def _source(topic: str | None, text: str | None, url: str | None) -> dict[str, Any]:
    given = {"a topic": topic, "--text": text, "--url": url}
    names = [name for name, value in given.items() if value is not None]
    if len(names) != 1:
        said = f"{' and '.join(names)} are given" if names else "there is none"
        raise StopError(WRONG, f"An article has one source, a topic, --text or --url: {said}.")
    if text is not None:
        return {"source_text": read_text(text, sys.stdin)}
    return {"topic": topic} if topic is not None else {"source_url": url}
