from typing import Any
from uuid import UUID

import pytest

from services.api.quizzes.model import Material, Question
from services.api.quizzes.questions import Plan, questions
from services.api.quizzes.schemas import Kind
from shared.lexicon.model import Example

SEED = UUID("01900000-0000-7000-8000-000000000001")


def plan(kind: Kind, size: int = 20, seed: UUID = SEED, language: str = "de") -> Plan:
    return Plan(kind=kind, size=size, seed=seed, language=language, native_language="en")


def word(number: int, lemma: str, *english: str, pos: str = "NOUN", **changes: Any) -> Material:
    columns: dict[str, Any] = {"article": None, "plural": None, "forms": {}, "examples": [], **changes}
    return Material(word_id=UUID(int=number), lemma=lemma, pos=pos, translations={"en": list(english)}, **columns)


def example(text: str) -> list[Example]:
    return [Example(text=text)]


NOUNS = [word(number, f"Wort{number}", f"word{number}") for number in range(1, 13)]


@pytest.mark.parametrize("kind", ["multiple_choice", "matching"])
def test_same_seed_and_words_in_any_order_make_the_same_questions(kind: Kind) -> None:
    made = questions(plan(kind, 5), NOUNS, [])
    assert len(made) == 5
    assert questions(plan(kind, 5), NOUNS[::-1], []) == made
    assert questions(plan(kind, 5, UUID(int=7)), NOUNS, []) != made


def test_wrong_choices_are_of_the_same_part_of_speech_and_mean_something_else() -> None:
    asked = word(1, "Haus", "house", "home")
    others = [
        word(2, "Heim", "home"),
        word(3, "gehen", "go", pos="VERB"),
        word(4, "Maus", "mouse"),
        word(5, "Katze", "cat"),
        word(6, "Hund", "dog"),
        word(7, "Kater", "cat"),
        word(8, "Baum", "tree"),
    ]
    (question,) = questions(plan("multiple_choice"), [asked], others)
    assert len(question.choices) == len(set(question.choices)) == 4
    assert question.solution == "house"
    assert set(question.choices) - {"house"} <= {"mouse", "cat", "dog", "tree"}


def test_solution_stands_at_every_place_of_the_choices() -> None:
    seeds = (UUID(int=number) for number in range(1, 60))
    made = (question for seed in seeds for question in questions(plan("multiple_choice", 1, seed), NOUNS, []))
    assert {question.choices.index(question.solution) for question in made} == {0, 1, 2, 3}


def test_word_without_translation_or_without_others_is_not_asked() -> None:
    assert questions(plan("multiple_choice"), [word(1, "Haus"), word(2, "gehen", "go", pos="VERB")], NOUNS) == []


@pytest.mark.parametrize(("article", "shown"), [("das", "das Wort"), ("l'", "l'Wort"), (None, "Wort")])
def test_noun_is_shown_with_its_article(article: str | None, shown: str) -> None:
    (question,) = questions(plan("multiple_choice"), [word(99, "Wort", "the word", article=article)], NOUNS)
    assert question.prompt == shown


@pytest.mark.parametrize(
    ("asked", "prompt", "solution"),
    [
        (word(1, "Haus", "house", examples=example("Das Haus ist alt.")), "Das ____ ist alt.", "Haus"),
        (word(1, "Haus", plural="Häuser", examples=example("Zwei Häuser, neu.")), "Zwei ____, neu.", "Häuser"),
        (
            word(1, "gehen", forms={"present_3": "geht", "auxiliary": "sein"}, examples=example("Sein Kind Geht.")),
            "Sein Kind ____.",
            "Geht",
        ),
        (word(1, "an", examples=example("Anna steht an der Tür.")), "Anna steht ____ der Tür.", "an"),
    ],
)
def test_gap_takes_the_place_of_a_whole_word_in_any_of_its_forms(asked: Material, prompt: str, solution: str) -> None:
    (question,) = questions(plan("fill_the_gap"), [asked], [])
    assert (question.prompt, question.solution, question.choices) == (prompt, solution, [])


def test_gap_in_japanese_needs_no_spaces() -> None:
    (question,) = questions(
        plan("fill_the_gap", language="ja"), [word(1, "猫", "cat", examples=example("猫がいます。"))], []
    )
    assert (question.prompt, question.hint, question.solution) == ("____がいます。", "cat", "猫")


def test_word_whose_examples_do_not_show_it_is_not_asked() -> None:
    unseen = word(1, "Haus", "house", examples=example("Die Häuserzeile ist lang."))
    assert questions(plan("fill_the_gap"), [unseen, word(2, "Maus", "mouse")], []) == []


def test_matching_shares_its_choices_and_asks_no_two_words_that_mean_the_same() -> None:
    twins = [word(20, "Heim", "home", "house"), word(21, "Haus", "house")]
    made = questions(plan("matching"), [*NOUNS, *twins], [])
    assert len(made) == len(NOUNS) + 1
    assert all(set(question.choices) == {each.solution for each in made} for question in made)
    assert made[0].choices == made[-1].choices
    assert len(questions(plan("matching", 4), [*NOUNS, *twins], [])) == 4


def test_choices_to_match_are_in_another_order_than_the_words() -> None:
    def aligned(seed: int) -> bool:
        made: list[Question] = questions(plan("matching", 6, UUID(int=seed)), NOUNS, [])
        return [question.solution for question in made] == made[0].choices

    assert not all(aligned(seed) for seed in (1, 2, 3))
