"""The words of one's lists go out, and those of nobody else's."""

import json
import zipfile
from pathlib import Path
from uuid import UUID, uuid4

from tests.integration.nlp.conftest import Learner
from tests.integration.nlp.test_export import exported
from tests.support.studying import new_word


def with_list(learner: Learner, name: str, word: UUID) -> str:
    """A list of one word; its id."""
    list_id, connection = uuid4(), learner.engine.connection
    columns = "INSERT INTO word_lists (id, owner_id, name, language) VALUES ($1, $2, $3, 'de')"
    connection.execute(columns, (list_id, learner.id, name))
    connection.execute("INSERT INTO word_list_words (list_id, word_id) VALUES ($1, $2)", (list_id, word))
    return str(list_id)


def test_words_of_somebody_elses_list_stay_here(learner: Learner, tmp_path: Path) -> None:
    word = new_word(learner.engine.connection, "Hund")
    mine = with_list(learner, "mine", word)
    with_list(Learner(learner.engine, "a stranger"), "theirs", word)
    with zipfile.ZipFile(exported(learner, tmp_path, "json")) as archive:
        words = json.loads(archive.read("word_list_words.json"))
    assert [(row["list_id"], row["lemma"]) for row in words] == [(mine, "Hund")]
