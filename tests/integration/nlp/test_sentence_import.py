"""Tatoeba's exports become sentences with author and licence; what comes again changes nothing."""

import bz2

import pytest

from shared.jobs.errors import PermanentError
from shared.learning.transfers import SentencesImport
from shared.lexicon.model import document
from tests.integration.nlp.conftest import Learner
from tests.support.step_watch import HandWatch

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


def test_words_are_counted_and_another_text_loses_its_reading_and_our_voice(learner: Learner) -> None:
    learner.perform("import_sentences", order(learner))
    execute = learner.engine.connection.execute
    generated = '{"key": "k.mp3", "provenance": {"provider": "gemini", "model": "m"}}'
    execute("UPDATE sentences SET ruby = '[]', audio = $1::jsonb WHERE language = 'de'", (generated,))
    changed = SENTENCES.replace("Der Hund schläft.".encode(), "Der große Hund schläft.".encode())
    sentences = learner.upload(bz2.compress(changed))
    again = SentencesImport(sentences=sentences, links=None, tags=None, audio=learner.upload(AUDIO), languages=("de",))
    learner.perform("import_sentences", again)
    rows = learner.rows(
        "SELECT words, ruby, audio ->> 'key' AS key, audio ->> 'author' AS author FROM sentences"
        " WHERE language = 'de' ORDER BY source_id"
    )
    assert [tuple(row.values()) for row in rows] == [(4, None, None, "ada"), (1, [], "k.mp3", None)]


def test_a_licence_is_not_put_in_the_place_of_what_can_be_heard(learner: Learner) -> None:
    learner.perform("import_sentences", order(learner))
    heard = {"key": "k.mp3", "author": "Eve"}
    learner.engine.connection.execute("UPDATE sentences SET audio = $1::jsonb", (document(heard),))
    counts = learner.perform("import_sentences", order(learner)).output["counts"]
    assert counts["audio"] == 0
    assert learner.rows("SELECT DISTINCT audio ->> 'author' AS author FROM sentences") == [{"author": "Eve"}]


GOOD = {"sentences": SENTENCES, "links": LINKS, "tags": TAGS, "audio": AUDIO}
BAD = {
    "sentences": LINKS,
    "links": bz2.compress(LINKS * 1000)[:-20],
    "tags": b"\x00\x00\x00\n" * 9,
    "audio": b"ada\tCC BY 4.0\n" * 3,
}


@pytest.mark.parametrize("damaged", BAD)
def test_a_damaged_file_is_noticed_before_anything_is_taken_in(learner: Learner, damaged: str) -> None:
    files = {what: learner.upload(body) for what, body in (GOOD | {damaged: BAD[damaged]}).items()}
    with pytest.raises(PermanentError) as refused:
        learner.perform("import_sentences", SentencesImport(**files, languages=("de", "en")))
    assert refused.value.code == "table_unreadable"
    assert learner.rows("SELECT 1 FROM sentences") == []


def test_odd_lines_are_left_out_and_harm_nobody(learner: Learner) -> None:
    odd = b"99999999999999999999\tdeu\tHund\tada\n7\tdeu\tEin\x00 Hund\ta\x00da\n"
    files = {
        "sentences": learner.upload(SENTENCES + odd),
        "links": learner.upload(LINKS + b"1\t99999999999999999999\n"),
        "tags": learner.upload(TAGS + b"1\tbad\x00tag\n"),
        "audio": learner.upload(AUDIO + b"4\t702\te\x00ve\tCC BY\x00 4.0\t\x00\n"),
    }
    watch = HandWatch()
    order_of_all = SentencesImport(**files, languages=("de", "en"))
    counts = learner.perform("import_sentences", order_of_all, watch=watch).output["counts"]
    assert (counts["sentences"], counts["links"], counts["audio"]) == (4, 2, 2)
    (row,) = learner.rows("SELECT text, author FROM sentences WHERE source_id = '7'")
    assert tuple(row.values()) == ("Ein Hund", "ada")
    (heard,) = learner.rows("SELECT audio ->> 'licence' AS licence FROM sentences WHERE source_id = '4'")
    assert heard["licence"] == "CC BY 4.0"
    assert (7, 7, "taking sentences in") in watch.reports
