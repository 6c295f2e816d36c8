"""A learner's whole way on the real stack, as an app goes it: from the first word to the end of the account."""

import csv
import io
import json
import os
import signal
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.local.modules import run_module
from deploy.local.stack import RunningStack
from shared.db.session import connect, open_database
from tests.support.app_learner import PASSWORD, App, registered
from tests.support.decks import basic_deck
from tests.support.jobs import Engine
from tests.support.processes import eventually

TEXT = "Die Einkaufstasche ist schwer. In der Einkaufstasche sind Gemüse und Apfelsaft."
TABLE = "Word,Meaning\nZwieback,rusk\n,nothing\nMarktstand,market stall\n"
MANY = 5_000  # rows: a few seconds of work, ten transactions


@pytest.fixture(name="seeded", scope="module")
def _seeded(stack: RunningStack) -> RunningStack:
    """The stack with the starter content, which stacks that are thrown away do without."""
    run_module(("services.api.catalogue",), stack.supervisor.spec("api").environment)
    return stack


@pytest.fixture(name="lea")
def _lea(seeded: RunningStack) -> Iterator[App]:
    with registered(seeded.api_url, "lea") as lea:
        yield lea


@pytest.fixture(name="stranger")
def _stranger(seeded: RunningStack) -> Iterator[App]:
    with registered(seeded.api_url, "stranger") as stranger:
        yield stranger


def new_pair(app: App) -> str:
    return str(app.send("POST", "/api/vocab/pairs", language="de", native_language="en")["id"])


def looks_words_up(lea: App) -> list[str]:
    """Ask for a word that nobody knew, and for the words of a text; the paths of what came of it."""
    word = {"language": "de", "lemma": "Einkaufsliste", "native_language": "en"}
    first = lea.send("POST", "/api/vocabulary/analyze", **word)
    assert first["words"] == []
    lea.ended(first["job"])
    (known,) = lea.send("POST", "/api/vocabulary/analyze", **word)["words"]
    assert known["word"]["translations"] == {"en": ["list"]}
    (row,) = lea.get("/api/vocabulary/words?language=de&q=Einkaufsliste")["items"]
    assert (row["id"], row["own"]) == (known["word"]["id"], False)
    found = lea.ended(lea.send("POST", "/api/vocabulary/detect", text=TEXT))
    assert [word["lemma"] for word in found["result"]["words"]][:2] == ["Einkaufstasche", "Apfelsaft"]
    return [f"/api/jobs/{first['job']['id']}", f"/api/jobs/{found['id']}"]


def learns_a_pack(lea: App) -> list[str]:
    """Take a pack over and answer cards, some long ago; the paths of the cards."""
    packs = lea.page_through("/api/packs")
    (shopping,) = [pack for pack in packs if pack["title"]["en"] == "Shopping"]
    added = lea.send("POST", f"/api/packs/{shopping['id']}/add", cards=["recognition"])
    assert added["added"] == added["cards"] == shopping["words"] > 20
    cards = {card["word"]["lemma"]: card["id"] for card in lea.page_through("/api/flashcards")}
    new = lea.get("/bff/review?limit=100")["cards"]
    assert {card["id"] for card in new} <= set(cards.values())
    answers = lea.answer([cards["Hemd"], cards["Markt"]], days_ago=30) + lea.answer([cards["Kasse"]])
    assert lea.send("POST", "/api/learning/reviews", **answers.pop(0))["verdict"] == "accepted"
    assert lea.send("POST", "/api/learning/reviews/sync", reviews=answers)["counts"]["accepted"] == 2
    assert lea.get("/api/learning/stats?days=60")["reviews"] == 3
    return [f"/api/flashcards/{card}" for card in cards.values()]


def reads(lea: App) -> list[str]:
    """Order an article for what is due; the paths of it and of the job."""
    order = {"language": "de", "native_language": "en", "level": "A2", "topic": "Ein Samstag auf dem Markt"}
    job = lea.ended(lea.send("POST", "/api/generation/articles", **order, use_due_words=True, narrate=False))
    article = lea.get(job["result"]["article"]["url"])
    coverage = article["coverage"]
    assert (set(coverage["due_words"]), coverage["due_words_used"]) == ({"Hemd", "Markt"}, ["Markt"])
    assert 0.5 < coverage["known_share"] < 1
    assert "Korb" in coverage["new_words"]
    assert not set(coverage["new_words"]) & set(coverage["due_words"])
    start = article["text"].index("Korb")
    kept = lea.send("POST", "/api/vocab/entries/from-article", article_id=article["id"], start=start)
    assert (kept["lemma"], kept["met"]["article_id"]) == ("Korb", article["id"])
    return [f"/api/jobs/{job['id']}", f"/api/articles/{article['id']}", f"/api/vocab/entries/{kept['id']}"]


def brings_words(lea: App, pair: str, folder: Path) -> list[str]:
    """Take a table and a deck in, each after a look into it; the paths of the imports."""
    table = lea.upload(TABLE.encode())
    look = lea.ended(lea.send("POST", "/api/imports/preview", upload_id=table, kind="words"))
    (shown,) = lea.get(f"/api/imports/{look['id']}")["preview"]
    assert (shown["columns"], shown["rows"][0]) == (["Word", "Meaning"], ["Zwieback", "rusk"])
    columns = {"lemma": 0, "translation": 1}
    first = lea.imported(upload_id=table, kind="words", pair_id=pair, columns=columns, directions=["recognition"])
    assert first["counts"] == {"new": 2, "empty_first_field": 1}
    assert [row["row"] for row in first["rows"]] == [3, 2, 4]
    deck = lea.upload(basic_deck(folder / "deck.apkg", [("Zwiebel", "onion"), ("Zwieback", "rusk")]).read_bytes())
    look = lea.ended(lea.send("POST", "/api/imports/preview", upload_id=deck, kind="deck"))
    (shown,) = lea.get(f"/api/imports/{look['id']}")["preview"]
    fields = {shown["name"]: {"lemma": shown["columns"][0], "translation": shown["columns"][1]}}
    second = lea.imported(upload_id=deck, kind="deck", pair_id=pair, note_types=fields)
    assert [row["text"] for row in second["rows"]] == ["Zwiebel", "Zwieback"]
    assert second["counts"]["new"] == 1
    return [f"/api/imports/{view['job']['id']}" for view in (first, second)]


def takes_all_out(lea: App, folder: Path) -> list[str]:
    """Export everything in both forms and compare it with what the API shows; the paths of the exports."""
    entries = lea.page_through("/api/vocab/entries")
    cards = lea.page_through("/api/flashcards")
    jobs = [lea.send("POST", "/api/exports", format=form) for form in ("json", "apkg")]
    tables, deck = (lea.exported(job) for job in jobs)
    counts = {name: len(json.loads(tables.read(f"{name}.json"))) for name in ("word_bank", "cards", "reviews")}
    assert counts == {"word_bank": len(entries), "cards": len(cards), "reviews": 3}
    words = list(csv.DictReader(io.StringIO(tables.read("words.csv").decode("utf-8-sig"))))
    assert Counter(word["lemma"] for word in words) == Counter(entry["lemma"] for entry in entries)
    assert lea.email in tables.read("account.json").decode()
    assert (notes_and_reviews(deck, folder)) == (len(entries), 3)
    assert lea.get("/api/auth/me/export")["id"] == jobs[0]["id"]
    return [f"/api/exports/{job['id']}" for job in jobs]


def notes_and_reviews(deck: zipfile.ZipFile, folder: Path) -> tuple[int, int]:
    """How many an Anki package holds."""
    path = folder / "collection.db"
    path.write_bytes(deck.read("collection.anki2"))
    with closing(sqlite3.connect(path)) as collection:
        counted: tuple[int, int] = collection.execute(
            "SELECT (SELECT count(*) FROM notes), (SELECT count(*) FROM revlog)"
        ).fetchone()
        return counted


def statuses(app: App, paths: list[str]) -> set[int]:
    return {app.http.get(path).status_code for path in paths}


def test_from_the_first_word_to_the_end_of_the_account(lea: App, stranger: App, tmp_path: Path) -> None:
    pair = new_pair(lea)
    paths = looks_words_up(lea) + learns_a_pack(lea) + reads(lea)
    paths += brings_words(lea, pair, tmp_path) + takes_all_out(lea, tmp_path)
    assert statuses(lea, paths) == {200}
    assert statuses(stranger, paths) == {404}
    upload = lea.upload(TABLE.encode())
    look = stranger.http.post("/api/imports/preview", json={"upload_id": upload, "kind": "words"})
    assert look.status_code == 404
    assert stranger.http.put(f"/api/vocab/pairs/{pair}/active").status_code == 404
    lea.send("DELETE", "/api/auth/me", password=PASSWORD)
    assert statuses(lea, [*paths, "/api/auth/me", "/api/vocab/entries", "/api/auth/me/export"]) == {401}
    again = lea.http.post("/api/auth/login", json={"email": lea.email, "password": PASSWORD})
    assert again.status_code == 401
    assert statuses(stranger, paths) == {404}
    (word,) = stranger.get("/api/vocabulary/words?language=de&q=Einkaufsliste")["items"]
    assert word["lemma"] == "Einkaufsliste"  # the lexicon is everybody's


def test_an_import_whose_worker_is_killed_takes_every_row_in_once(seeded: RunningStack, lea: App) -> None:
    rows = "".join(f"Wort{number},word {number}\n" for number in range(MANY))
    order = {"kind": "words", "columns": {"lemma": 0, "translation": 1}, "header": False, "directions": ["production"]}
    job = lea.send("POST", "/api/imports", **order, pair_id=new_pair(lea), upload_id=lea.upload(rows.encode()))

    def progress() -> dict[str, Any]:
        (step,) = lea.get(f"/api/jobs/{job['id']}")["progress"]["steps"]
        return dict(step)

    assert eventually(lambda: bool(progress()["done"]))
    victim = seeded.supervisor.pid("nlp")
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    url = seeded.supervisor.spec("api").environment["DATABASE_URL"]
    with open_database(url, "test", most=1) as database, connect(url, "test") as connection:
        # As the dispatcher does it, half a minute later.
        Engine(connection, database).lose(UUID(job["id"]), "import_words")
    done = lea.ended(job)
    assert [(step["attempt"], step["crashes"]) for step in done["progress"]["steps"]] == [(2, 1)]
    view = lea.get(f"/api/imports/{job['id']}")
    assert view["counts"] == {"new": MANY}  # what the first attempt had taken in is new all the same
    entries = Counter(entry["lemma"] for entry in lea.page_through("/api/vocab/entries"))
    assert entries == Counter(f"Wort{number}" for number in range(MANY))
    cards = Counter(card["word"]["lemma"] for card in lea.page_through("/api/flashcards"))
    assert cards == entries
