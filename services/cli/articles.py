"""`parlance articles ...`: what was made."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec
import typer

from services.cli.exits import NOT_FOUND, StopError
from services.cli.jobs import rows_of
from services.cli.moments import second
from services.cli.options import AsJson, Language, Level, Limit
from services.cli.shell import screen_of, shell_of

if TYPE_CHECKING:
    from services.cli.answers import ReadArticle
    from services.cli.api import Api

articles = typer.Typer(no_args_is_help=True, help="Articles that were made.")
ArticleId = Annotated[UUID, typer.Argument(help="The article's id.")]
Target = Annotated[Path, typer.Argument(help="The file to write.")]


@articles.command("list")
def list_articles(
    context: typer.Context,
    *,
    language: Language = None,
    level: Level = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Articles, the newest first; with --json one line each."""
    screen = screen_of(as_json=as_json)
    filters = {"language": language, "level": level.upper() if level else None}
    with shell_of(context).api(screen) as api:
        rows = rows_of(api, "/api/articles", filters, limit)
    for row in rows:
        screen.document(row)
    heads = ("ARTICLE", "LANGUAGE", "LEVEL", "WORDS", "CREATED", "TITLE")
    screen.table(
        heads,
        [
            [row.get(name) for name in ("id", "language", "level", "words")]
            + [second(row.get("created_at")), row.get("title")]
            for row in rows
        ],
    )


@articles.command()
def show(context: typer.Context, article_id: ArticleId, *, as_json: AsJson = False) -> None:
    """The text with its translation, its most useful words and how hard it is."""
    from services.cli.report import print_article  # noqa: PLC0415  rich takes half of a start

    screen = screen_of(as_json=as_json)
    with shell_of(context).api(screen) as api:
        raw = api.get(f"/api/articles/{article_id}")
    screen.document(raw)
    if not as_json:
        print_article(screen.out, _read(raw))


@articles.command()
def audio(context: typer.Context, article_id: ArticleId, file: Target) -> None:
    """Download what is read aloud, as MP3."""
    from services.cli.files import write_whole  # noqa: PLC0415

    screen = screen_of()
    with shell_of(context).api(screen) as api:
        narration = _read(api.get(f"/api/articles/{article_id}")).narration
        if narration is None:
            raise StopError(NOT_FOUND, "The article is not read aloud, or not yet.")
        write_whole(file, api.download(narration.url))
    screen.say(f"{file}: {narration.duration_ms / 1000:.0f} s, voice {narration.voice}.")


@articles.command()
def page(context: typer.Context, article_id: ArticleId, file: Target) -> None:
    """Write the article as one HTML file to read and hear, in any browser."""
    screen = screen_of()
    with shell_of(context).api(screen) as api:
        write_page(api, str(article_id), file)
    screen.say(f"The page is {file}.")


@articles.command()
def delete(context: typer.Context, article_id: ArticleId) -> None:
    """Delete an article and all that was made from it."""
    screen = screen_of()
    with shell_of(context).api(screen) as api:
        api.delete(f"/api/articles/{article_id}")
    screen.say("The article is deleted.")


def write_page(api: "Api", article_id: str, file: Path) -> None:
    """The reader page of an article, with its audio if it has one.

    Raises:
        StopError: It cannot be had.
        OSError: The file cannot be written.
    """
    from services.cli.files import write_whole  # noqa: PLC0415
    from services.cli.page.document import render  # noqa: PLC0415

    article = _read(api.get(f"/api/articles/{article_id}"))
    sound = api.download(article.narration.url) if article.narration else None
    write_whole(file, render(article, sound).encode())


def _read(raw: dict[str, Any]) -> "ReadArticle":
    from services.cli.answers import ReadArticle  # noqa: PLC0415  it brings the articles' model

    return msgspec.convert(raw, ReadArticle)
