"""The steps about one learner over real rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS

from services.nlp.fake import FakeAnnotator, FakeTranslator
from services.nlp.learner_tasks import learner_bodies
from services.nlp.tasks import bodies
from shared.articles.model import ArticleRequest, Coverage
from shared.jobs.errors import PermanentError
from shared.jobs.steps import Done
from shared.learning.detection import DetectedWord, WordSearch
from shared.learning.fitting import LEAST_REVIEWS, Answered
from shared.learning.scheduling import Memory, Review, replayed, scheduler
from tests.support.attempts import attempt
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.studying import in_bank, new_pair, new_word, telling_reviews
from tests.support.written import ordered, write

HARD = "Die Großmutter besucht den Leuchtturm. Der Leuchtturm ist alt. Das Haus ist neu."


class Learner:
    """Somebody who learns German, and the language worker."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.id = new_person(engine.connection, "lea").id
        self.pair = new_pair(engine.connection, self.id)

    def article(self, text: str = HARD, owner: UUID | None = None) -> UUID:
        owner = owner or self.id
        return write(self.engine, ordered(self.engine, owner), owner, text=text, level="A2")

    def measure(self, article_id: UUID, step: str = "measure_words", **changes: Any) -> Done:
        fields = {"language": "de", "level": "A2", "topic": "x", "pair_id": self.pair, **changes}
        outputs: dict[str, dict[str, Any]] = {
            "write_text": {"article_id": str(article_id)},
            "revise_text": {"revised": True},
        }
        run = attempt(self.engine, self.id, ArticleRequest(**fields), **outputs)
        return bodies(FakeAnnotator(), FakeTranslator())[f"nlp.{step}"](run)

    def detect(self, **search: Any) -> tuple[dict[str, Any], dict[str, DetectedWord]]:
        asked = WordSearch(**{"pair_id": self.pair, "language": "de", **search})
        done = learner_bodies(FakeAnnotator())["nlp.detect_words"](attempt(self.engine, self.id, asked))
        words = msgspec.convert(done.output["words"], list[DetectedWord])
        return done.output, {word.lemma: word for word in words}

    def fit(self, weights: Sequence[float] = DEFAULT_PARAMETERS) -> Done:
        def optimise(answers: Sequence[Answered]) -> tuple[float, ...]:
            self.answers = list(answers)
            return tuple(weights)

        return learner_bodies(FakeAnnotator(), optimise)["nlp.fit_scheduler"](attempt(self.engine, self.id))

    def one(self, query: str, *values: object) -> dict[str, Any] | None:
        return self.engine.connection.execute(query, values).fetchone()


@pytest.fixture(name="learner")
def _learner(engine: Engine) -> Learner:
    return Learner(engine)


def coverage(learner: Learner, article_id: UUID) -> Coverage | None:
    row = learner.one("SELECT * FROM article_coverage WHERE article_id = $1", article_id)
    return None if row is None else msgspec.convert(row, Coverage)


def test_a_hard_text_is_told_with_the_words_to_avoid(learner: Learner) -> None:
    done = learner.measure(learner.article(), words_to_use=("Großmutter",))
    assert done.output["avoid"] == ["Leuchtturm"]
    assert 0.5 < done.output["known_share"] < 0.9
    assert done.save is None


def test_the_bank_counts(learner: Learner) -> None:
    for lemma in ("Großmutter", "Leuchtturm"):
        in_bank(learner.engine.connection, learner.id, learner.pair, lemma)
    learner.engine.connection.execute("UPDATE word_bank SET status = 'known'")
    assert learner.measure(learner.article()).output == {"known_share": 1.0, "avoid": []}


def test_somebody_elses_bank_does_not(learner: Learner, engine: Engine) -> None:
    other = Learner(engine)
    for lemma in ("Großmutter", "Leuchtturm"):
        in_bank(engine.connection, other.id, other.pair, lemma)
    engine.connection.execute("UPDATE word_bank SET status = 'known'")
    assert learner.measure(learner.article(), pair_id=other.pair).output["avoid"]


def test_the_annotation_is_saved_with_how_it_fits(learner: Learner) -> None:
    article_id = learner.article()
    done = learner.measure(article_id, "annotate_text", due_words=("Leuchtturm", "Meer"))
    assert done.save is not None
    assert coverage(learner, article_id) is None
    done.save(learner.engine.connection)
    found = coverage(learner, article_id)
    assert found is not None
    assert (found.due_words, found.due_words_used) == (["Leuchtturm", "Meer"], ["Leuchtturm"])
    assert (found.new_words, found.revised, found.least_known) == (["Großmutter"], True, 0.9)


def test_an_article_for_nobody_in_particular_is_not_measured(learner: Learner) -> None:
    article_id = learner.article()
    done = learner.measure(article_id, "annotate_text", pair_id=None)
    assert done.save is not None
    done.save(learner.engine.connection)
    assert coverage(learner, article_id) is None
    assert learner.measure(article_id, pair_id=None).output == {"avoid": []}


def test_words_of_a_text_are_found_with_what_the_lexicon_has(learner: Learner) -> None:
    word_id = new_word(learner.engine.connection, "Leuchtturm", "lighthouse")
    output, words = learner.detect(text=HARD.replace(". ", ".\n"), level="A2")
    assert output["level"] == "A2"
    assert (words["Leuchtturm"].reason, words["Leuchtturm"].word_ids) == ("repeated", [word_id])
    assert words["Großmutter"].word_ids == []


def test_words_of_the_bank_are_not_found_again(learner: Learner) -> None:
    in_bank(learner.engine.connection, learner.id, learner.pair, "Leuchtturm")
    assert "Leuchtturm" not in learner.detect(text=HARD, level="A2")[1]


def test_without_a_level_it_is_the_articles_or_measured(learner: Learner) -> None:
    output, words = learner.detect(article_id=learner.article())
    assert output["level"] == "A2"
    assert "Leuchtturm" in words
    assert learner.detect(text=HARD)[0]["level"] in {"A1", "A2", "B1", "B2", "C1", "C2"}


def test_somebody_elses_article_is_not_looked_through(learner: Learner, engine: Engine) -> None:
    theirs = learner.article(owner=Learner(engine).id)
    with pytest.raises(PermanentError) as caught:
        learner.detect(article_id=theirs)
    assert caught.value.code == "article_deleted"


def reviews_of(learner: Learner, card: UUID) -> list[Review]:
    query = "SELECT id, rating, reviewed_at FROM reviews WHERE card_id = $1 ORDER BY reviewed_at"
    return [Review(**row) for row in learner.engine.connection.execute(query, (card,))]


def test_fitted_weights_are_kept_and_every_card_is_scheduled_by_them(learner: Learner) -> None:
    cards = telling_reviews(learner.engine.connection, learner.id, learner.pair)
    given = LEAST_REVIEWS + len(cards)
    weights = [weight * 1.1 for weight in DEFAULT_PARAMETERS]
    done = learner.fit(weights)
    assert (done.output, len(learner.answers)) == ({"reviews": given}, given)
    kept = learner.one("SELECT weights, desired_retention FROM study_settings WHERE owner_id = $1", learner.id)
    assert kept == {"weights": pytest.approx(weights), "desired_retention": 0.9}
    fsrs = scheduler(retention=0.9, weights=tuple(weights))
    for card in (cards[0], cards[-1]):
        row = learner.one("SELECT stability, due, created_at FROM cards WHERE id = $1", card)
        assert row is not None
        expected = replayed(Memory(due=row["created_at"]), reviews_of(learner, card), card, fsrs)
        assert (row["stability"], row["due"]) == (pytest.approx(expected.stability), expected.due)


def test_settings_stay_when_weights_are_kept(learner: Learner) -> None:
    learner.engine.connection.execute(
        "INSERT INTO study_settings (owner_id, desired_retention, new_per_day, reviews_per_day, day_starts_at,"
        " time_zone, leech_lapses) VALUES ($1, 0.8, 5, 50, 3, 'Europe/Berlin', 6)",
        (learner.id,),
    )
    telling_reviews(learner.engine.connection, learner.id, learner.pair)
    learner.fit()
    kept = learner.one("SELECT desired_retention, new_per_day, cardinality(weights) AS weights FROM study_settings")
    assert kept == {"desired_retention": 0.8, "new_per_day": 5, "weights": 21}


def test_too_few_reviews_change_nothing(learner: Learner) -> None:
    telling_reviews(learner.engine.connection, learner.id, learner.pair, LEAST_REVIEWS - 1)
    with pytest.raises(PermanentError) as caught:
        learner.fit()
    assert caught.value.code == "too_few_reviews"
    assert learner.one("SELECT FROM study_settings") is None
