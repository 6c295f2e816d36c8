"""Prints a finished article: sentences with translations, useful words, level profile, cost and times."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from services.cli.answers import Job, ReadArticle, Step
from services.cli.board import STATUS_WORDS, task
from services.cli.console import shown
from services.cli.money import cost_line
from services.cli.page.content import BANDS, PARTS_OF_SPEECH, SHOWN_WORDS
from shared.articles.model import Coverage, LevelProfile
from shared.languages import LANGUAGES

INDENT: Final = (0, 0, 0, 2)


def print_article(console: Console, article: ReadArticle) -> None:
    """Title, sentences with their translations, the most useful words and the level profile."""
    name = LANGUAGES[article.language].name if article.language in LANGUAGES else article.language
    _heading(console, article.title, f"{name}, {article.level}")
    console.print()
    if article.sentences:
        _print_sentences(console, article)
    else:
        console.print(Padding(shown(article.text), INDENT, expand=False))
    if article.annotation is not None:
        _print_useful_words(console, article)
        _print_profile(console, article.annotation.profile)
    if article.coverage is not None:
        _print_coverage(console, article.coverage)


def print_steps(console: Console, job: Job) -> None:
    """The time and end of each step, and the job's cost."""
    _heading(console, "Steps")
    rows = _grid("left", "right", "left")
    for step in job.progress.steps:
        rows.add_row(shown(task(step)), "" if step.seconds is None else f"{step.seconds:.1f} s", shown(_end(step)))
    console.print(Padding(rows, INDENT, expand=False))
    console.print()
    console.print(Padding(Text(f"The job {cost_line(job.cost)}."), INDENT, expand=False))


def print_sentences(console: Console, heading: str, sentences: Sequence[str]) -> None:
    """A list of sentences under a heading; nothing if there are none."""
    if not sentences:
        return
    _heading(console, heading)
    for sentence in sentences:
        console.print(Padding(shown(sentence), INDENT, expand=False))


def print_lines(console: Console, heading: str, lines: Sequence[str]) -> None:
    """Lines under a heading that may be copied: paths and commands, never broken."""
    _heading(console, heading)
    for line in lines:
        console.print(shown(f"  {line}"), soft_wrap=True)


def _heading(console: Console, heading: str, beside: str = "") -> None:
    line = shown(heading, "bold")
    if beside:
        line.append(shown(f"   {beside}", "dim"))
    console.print()
    console.print(line)


def _grid(*justify: str) -> Table:
    grid = Table.grid(padding=(0, 2))
    for side in justify:
        grid.add_column(justify="right" if side == "right" else "left")
    return grid


def _print_sentences(console: Console, article: ReadArticle) -> None:
    rows = _grid("right", "left")
    paragraph = 0
    for sentence in article.sentences:
        if sentence.paragraph != paragraph:
            rows.add_row()
            paragraph = sentence.paragraph
        rows.add_row(Text(str(sentence.index + 1), "dim"), shown(sentence.text.strip()))
        if sentence.translation is not None:
            rows.add_row("", shown(sentence.translation, "dim"))
    console.print(Padding(rows, INDENT, expand=False))


def _print_useful_words(console: Console, article: ReadArticle) -> None:
    words = article.annotation.useful_words[:SHOWN_WORDS] if article.annotation else []
    if not words:
        return
    _heading(console, "The most useful words")
    rows = _grid("left", "left", "left", "right")
    for word in words:
        lemma = f"{word.lemma} ({word.reading})" if word.reading and word.reading != word.lemma else word.lemma
        times = "once" if word.occurrences == 1 else f"{word.occurrences} times"
        rows.add_row(shown(lemma), shown(PARTS_OF_SPEECH.get(word.pos, word.pos)), BANDS[word.band], times)
    console.print(Padding(rows, INDENT, expand=False))


def _print_profile(console: Console, profile: LevelProfile) -> None:
    _heading(console, "How hard it is", f"reads like {profile.estimated_level}")
    shares = ", ".join(f"{profile.band_shares.get(band, 0.0):.0%} {name}" for band, name in BANDS.items())
    console.print(Padding(Text(f"Words: {shares}."), INDENT, expand=False))
    measures = (
        f"{profile.words} words in {profile.sentences} sentences, {profile.mean_sentence_words:.1f} words a sentence, "
        f"type/token ratio {profile.type_token_ratio:.2f}."
    )
    console.print(Padding(Text(measures), INDENT, expand=False))


def _print_coverage(console: Console, coverage: Coverage) -> None:
    _heading(console, "How it fits you", f"you know {coverage.known_share:.0%} of its words")
    used = f"{len(coverage.due_words_used)} of {len(coverage.due_words)}"
    lines = [f"Words to review that it uses: {', '.join((used, *coverage.due_words_used))}."]
    lines += [f"New words: {', '.join(coverage.new_words)}."] if coverage.new_words else []
    for line in lines:
        console.print(Padding(shown(line), INDENT, expand=False))


def _end(step: Step) -> str:
    parts = [STATUS_WORDS.get(step.status, step.status)]
    if step.attempt > 1:
        parts.append(f"attempt {step.attempt}")
    if step.error is not None and step.status != "succeeded":
        parts.append(step.error.code)
    return ", ".join(parts)
