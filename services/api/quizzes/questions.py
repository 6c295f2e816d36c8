"""Makes the questions of a quiz: the same ones whenever it is given the same words and seed. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID

import msgspec

from services.api.quizzes.model import GAP, Material, Question
from services.api.quizzes.schemas import Kind

CHOICES = 4
"""Of a multiple-choice question, where the lexicon has so many; one that has not two is not asked."""
UNSPACED = frozenset({"ja"})
"""Languages whose words stand without spaces between them."""
AUXILIARY = "auxiliary"
"""The name under which `forms` has another word: with which verb the perfect tense is made."""
Thing = TypeVar("Thing")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What quiz is to be made."""

    kind: Kind
    size: int
    seed: UUID
    language: str
    """Of the words."""
    native_language: str
    """Of the translations."""


def questions(plan: Plan, words: Sequence[Material], others: Sequence[Material]) -> list[Question]:
    """At most `plan.size` questions, each about another word; fewer where the words do not give so many.

    Args:
        plan: What is wanted.
        words: What may be asked.
        others: What else the lexicon has, for wrong choices.
    """
    mixed = shuffled(words, plan.seed, key=lambda word: str(word.word_id))
    match plan.kind:
        case "multiple_choice":
            made = (_choosing(plan, word, [*words, *others]) for word in mixed)
            return _first(made, plan.size)
        case "fill_the_gap":
            return _first((_filling(plan, word) for word in mixed), plan.size)
        case "matching":
            return _matching(plan, mixed)


def shuffled(things: Iterable[Thing], seed: UUID, key: Callable[[Thing], str]) -> list[Thing]:
    """The things in an order that only the seed and their keys decide."""
    return sorted(things, key=lambda thing: blake2b(key(thing).encode(), key=seed.bytes).digest())


def _first(made: Iterable[Question | None], size: int) -> list[Question]:
    return [question for question in made if question is not None][:size]


def _meaning(plan: Plan, word: Material) -> str | None:
    """Its best translation; null if the lexicon has none into the learner's language."""
    return next(iter(word.translations.get(plan.native_language, [])), None)


def _shown(word: Material) -> str:
    if word.article is None:
        return word.lemma
    return word.article + ("" if word.article.endswith("'") else " ") + word.lemma


def _choosing(plan: Plan, word: Material, pool: Sequence[Material]) -> Question | None:
    """A word, and its translation among those of others of its part of speech."""
    solution = _meaning(plan, word)
    if solution is None:
        return None
    right = set(word.translations[plan.native_language])
    meanings = {_meaning(plan, other) for other in pool if other.pos == word.pos}
    wrong = [meaning for meaning in meanings if meaning is not None and meaning not in right]
    seed = UUID(bytes=blake2b(word.word_id.bytes, key=plan.seed.bytes, digest_size=16).digest())
    choices = [solution, *shuffled(wrong, seed, key=str)[: CHOICES - 1]]
    if len(choices) == 1:
        return None
    # In another order than the one that chose them, or the solution would mostly stand last.
    mixed = shuffled(choices, plan.seed, key=str)
    return Question(word_id=word.word_id, prompt=_shown(word), choices=mixed, solution=solution)


def _filling(plan: Plan, word: Material) -> Question | None:
    """An example of a word without the word."""
    others = (form for name, form in word.forms.items() if name != AUXILIARY)
    forms = {word.lemma, word.plural or word.lemma, *others}
    for example in word.examples:
        for form in sorted(forms, key=lambda form: (-len(form), form)):
            found = _find(form, example.text, spaced=plan.language not in UNSPACED)
            if found is not None:
                prompt = example.text[: found.start()] + GAP + example.text[found.end() :]
                hint = _meaning(plan, word) or example.translations.get(plan.native_language, "")
                return Question(word_id=word.word_id, prompt=prompt, hint=hint, solution=found.group())
    return None


def _find(form: str, text: str, *, spaced: bool) -> re.Match[str] | None:
    if not form.strip():
        return None
    edge = r"\b" if spaced else ""
    return re.search(edge + re.escape(form) + edge, text, re.IGNORECASE)


def _matching(plan: Plan, words: Sequence[Material]) -> list[Question]:
    """Words and their translations, no two of which mean the same."""
    solutions: dict[str, Material] = {}
    taken: set[str] = set()
    for word in words:
        meaning, all_of_it = _meaning(plan, word), set(word.translations.get(plan.native_language, []))
        if meaning is None or all_of_it & taken or len(solutions) == plan.size:
            continue
        solutions[meaning] = word
        taken |= all_of_it
    choices = shuffled(solutions, plan.seed, key=str)
    return [
        Question(word_id=word.word_id, prompt=_shown(word), choices=choices, solution=meaning)
        for meaning, word in solutions.items()
    ]
