"""Tatoeba's exports become sentences with author and licence; what comes again changes nothing."""

import bz2

from shared.learning.transfers import SentencesImport
from tests.integration.nlp.conftest import Learner

SENTENCES = (
    "1\tdeu\tDer Hund schläft.\tada\t2020\t2021\n2\teng\tThe dog is sleeping.\t\\N\t\\N\t\\N\n"
    "3\tfra\tLe chien dort.\teve\t\\N\t\\N\nbroken\n4\tdeu\tVerdammt!\teve\t\\N\t\\N\n"
).encode()
LINKS = b"1\t2\n2\t1\n1\t3\n1\t2\nx\ty\n"
TAGS = b"1\tanimals\n4\tvulgar\n99\tlost\n"
AUDIO = b"1\t700\tada\tCC BY 4.0\thttps://tatoeba.org/user/ada\n2\t701\teve\t\\N\t\\N\n"


def order(learner: Learner) -> SentencesImport:
    return SentencesImport(
        sentences=learner.upload(bz2.compress(SENTENCES)),
        links=learner.upload(LINKS),
        tags=learner.upload(TAGS),
        audio=learner.upload(AUDIO),
        languages=("de", "en"),
    )


def test_sentences_come_with_author_licence_links_and_tags(learner: Learner) -> None:
    done = learner.perform("import_sentences", order(learner))
    counts = done.output["counts"]
    assert (counts["sentences"], counts["sentences_left_out"], counts["links"], counts["tags"]) == (3, 2, 2, 2)
    rows = learner.rows("SELECT source_id, language, text, author, licence, tags FROM sentences ORDER BY source_id")
    assert tuple(rows[0].values()) == ("1", "de", "Der Hund schläft.", "ada", "CC BY 2.0 FR", ["animals"])
    assert (rows[1]["author"], rows[1]["language"]) == (None, "en")
    assert len(learner.rows("SELECT 1 FROM sentence_translations")) == 2
    assert [
        row["source_id"] for row in learner.rows("SELECT source_id FROM sentences WHERE hidden_at IS NOT NULL")
    ] == ["4"]


def test_only_recordings_that_may_be_used_are_counted(learner: Learner) -> None:
    counts = learner.perform("import_sentences", order(learner)).output["counts"]
    assert (counts["audio"], counts["audio_left_out"]) == (1, 1)


def test_the_same_export_again_changes_nothing(learner: Learner) -> None:
    learner.perform("import_sentences", order(learner))
    before = learner.rows("SELECT * FROM sentences ORDER BY id")
    again = learner.perform("import_sentences", order(learner)).output["counts"]
    assert learner.rows("SELECT * FROM sentences ORDER BY id") == before
    assert (again["sentences"], again["links"], again["tags"]) == (0, 0, 0)
