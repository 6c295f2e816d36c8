"""How well the estimated level agrees with the level the sandbox's texts were written for.

Prints, and asserts nothing: `python -m tests.benchmarks.level_agreement`. Two numbers are given a language: how often
the published thresholds of `services.nlp.profile` are right, and how often a threshold is that was set on all *other*
texts (leave one out: the text that is judged, in all its translations, has no part in setting it). The second is the
honest one, for the thresholds were set on this bank.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from services.nlp.annotate import annotate
from services.nlp.pipelines import pipeline_for
from services.nlp.profile import grade
from shared.languages import LANGUAGES

BANK = Path(__file__).parents[2] / "services" / "sandbox" / "bank" / "texts"
LOWER, UPPER = "A2", "B1"


class Case(NamedTuple):
    """One text in one language."""

    text_id: str
    language: str
    level: str
    estimated: str
    grade: float


def cases() -> Iterator[Case]:
    """Every text of the bank in every language, annotated."""
    for path in sorted(BANK.glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        for language in LANGUAGES:
            separator = "" if language == "ja" else " "
            paragraphs = [separator.join(row[language] for row in paragraph) for paragraph in entry["paragraphs"]]
            profile = annotate("\n\n".join(paragraphs), entry["level"], pipeline_for(language)).profile
            value = grade(profile.band_shares, profile.mean_sentence_words, language)
            yield Case(entry["id"], language, entry["level"], profile.estimated_level, value)


def threshold_without(text_id: str, known: list[Case]) -> float:
    """Half way between the mean grades of both levels, from all texts but one."""
    others = [case for case in known if case.text_id != text_id]
    return mean(mean(case.grade for case in others if case.level == level) for level in (LOWER, UPPER))


def share(right: list[bool]) -> str:
    """`12 of 14 (86 %)`."""
    return f"{sum(right)} of {len(right)} ({sum(right) / len(right):.0%})"


def main() -> None:
    """Measure and print."""
    known = list(cases())
    left_out = {case: case.grade >= threshold_without(case.text_id, known) for case in known}
    right = {case: (UPPER if above else LOWER) == case.level for case, above in left_out.items()}
    print("language   published thresholds   leave one out     grades A2 | B1")  # noqa: T201 - a benchmark prints
    for language in (*LANGUAGES, "all"):
        chosen = [case for case in known if language in {case.language, "all"}]
        grades = [sorted(case.grade for case in chosen if case.level == level) for level in (LOWER, UPPER)]
        spans = " | ".join(f"{values[0]:.2f} to {values[-1]:.2f}" for values in grades)
        published = share([case.estimated == case.level for case in chosen])
        print(f"{language:<10} {published:<22} {share([right[case] for case in chosen]):<17} {spans}")  # noqa: T201 - as above


if __name__ == "__main__":
    main()
