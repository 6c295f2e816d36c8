"""Anki itself opens what we export, and we what it exports.

It is under the AGPL and never a dependency: it lives in an environment of its own, made for this test, which is skipped
where the package cannot be had.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shared.learning.transfers import DeckImport, Fields
from tests.integration.nlp.conftest import Learner
from tests.integration.nlp.test_deck_import import deck, order
from tests.integration.nlp.test_export import exported

ANKI = "anki==26.9.3"
MINUTES = 180  # seconds to install it
OPENING = """
import json, sys
from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest
collection = Collection(sys.argv[1])
counts = []
for _ in range(2):
    options = ImportAnkiPackageOptions(with_scheduling=True)
    log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[2], options=options)).log
    counts.append([len(log.new), len(log.updated), len(log.duplicate)])
learnt = collection.db.all("SELECT type, reps, lapses, data FROM cards WHERE type > 0")
reviews = collection.db.scalar("SELECT count(*) FROM revlog")
for at, legacy in enumerate((False, True)):
    options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
    collection.export_anki_package(out_path=sys.argv[3 + at], options=options, limit=None)
collection.close()
print(json.dumps({"counts": counts, "learnt": learnt, "reviews": reviews}))
"""


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has Anki."""
    folder = tmp_path_factory.mktemp("anki")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)  # noqa: S603 - our own interpreter
    python = folder / "bin" / "python"
    install: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ANKI]
    try:
        made = subprocess.run(install, check=False, capture_output=True, timeout=MINUTES)  # noqa: S603 - as above
    except subprocess.TimeoutExpired:
        pytest.skip("Anki takes too long to install here")
    if made.returncode:
        pytest.skip("Anki cannot be installed here")
    return python


def test_anki_opens_our_deck_once_and_we_open_what_anki_makes_of_it(
    learner: Learner, tmp_path: Path, anki: Path
) -> None:
    learner.perform("import_deck", order(learner, deck(tmp_path)))
    ours, theirs, legacy = exported(learner, tmp_path, "apkg"), tmp_path / "new.apkg", tmp_path / "old.apkg"
    command: list[str | Path] = [anki, "-c", OPENING, tmp_path / "a.anki2", ours, theirs, legacy]
    told = subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - as above
    seen = json.loads(told.stdout)
    assert seen["counts"] == [[2, 0, 0], [0, 0, 2]]
    ((kind, reviews, lapses, data),) = seen["learnt"]
    assert (kind, reviews, lapses, seen["reviews"]) == (2, 2, 1, 2)
    assert (json.loads(data)["s"], json.loads(data)["d"]) == (12.5, 4.25)
    fields = Fields(lemma="Word", translation="Translation")
    for number, package in enumerate((theirs, legacy)):
        other = Learner(learner.engine, f"another {number}")
        made = DeckImport(upload_id=other.upload(package), pair_id=other.pair, note_types={"Parlance": fields})
        assert other.perform("import_deck", made).output["counts"] == {"new": 2}
        assert (other.count("reviews"), other.count("entry_media")) == (2, 1)
