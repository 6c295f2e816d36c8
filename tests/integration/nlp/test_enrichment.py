"""What only the language worker knows is added to words and sentences that lack it."""

from uuid import UUID, uuid4

import pytest

from services.nlp import enrichment
from services.nlp.enrichment import enrich_lexicon
from shared.jobs.errors import StepStoppedError
from shared.lexicon.word_counts import count_words
from shared.queue.task import StepRun
from tests.support.jobs import OWNER, Engine
from tests.support.lexicon import new_word
from tests.support.memory_ledger import MemoryLedger
from tests.support.step_watch import HandWatch

SENTENCE = "INSERT INTO sentences (id, language, text, source, licence) VALUES ($1, $2, $3, 'catalogue', 'MIT')"


def run_of(engine: Engine, watch: HandWatch | None = None) -> StepRun:
    return StepRun(
        job_id=uuid4(),
        owner_id=OWNER,
        step="enrich_lexicon",
        attempt=1,
        token=uuid4(),
        input=b"{}",
        outputs={},
        watch=watch or HandWatch(),
        ledger=MemoryLedger(),
        database=engine.database,
    )


def new_sentence(engine: Engine, text: str, language: str = "ja") -> UUID:
    sentence_id = uuid4()
    engine.connection.execute(SENTENCE, (sentence_id, language, text))
    return sentence_id


def zipfs(engine: Engine) -> dict[str, float | None]:
    return {row["lemma"]: row["zipf"] for row in engine.connection.execute("SELECT lemma, zipf FROM words")}


def ruby(engine: Engine, sentence_id: UUID) -> object:
    row = engine.connection.execute("SELECT ruby FROM sentences WHERE id = $1", (sentence_id,)).fetchone()
    assert row is not None
    return row["ruby"]


def test_words_get_their_frequency_and_those_that_have_one_keep_it(engine: Engine) -> None:
    for lemma in ("Haus", "guten Morgen", "Xyzzyquux"):
        new_word(engine.connection, lemma)
    new_word(engine.connection, "Fernweh", zipf=1.0)
    new_word(engine.connection, "食べる", language="ja")
    done = enrich_lexicon(run_of(engine))
    found = zipfs(engine)
    assert (found["Haus"], found["Xyzzyquux"], found["Fernweh"]) == (5.41, 0.0, 1.0)
    assert all(found[lemma] for lemma in ("guten Morgen", "食べる"))
    assert (done.summary, done.output) == ("4 words, 0 sentences", {"words": 4, "sentences": 0})
    assert enrich_lexicon(run_of(engine)).output == {"words": 0, "sentences": 0}


def latin(engine: Engine) -> dict[str, str | None]:
    return {row["text"]: row["romanised"] for row in engine.connection.execute("SELECT text, romanised FROM sentences")}


def test_japanese_sentences_get_their_furigana_and_latin_letters(engine: Engine) -> None:
    japanese, german = new_sentence(engine, "猫が好き。"), new_sentence(engine, "Ich mag Katzen.", "de")
    assert enrich_lexicon(run_of(engine)).output == {"words": 0, "sentences": 2}
    assert ruby(engine, japanese) == [
        {"text": "猫", "reading": "ねこ"},
        {"text": "が"},
        {"text": "好", "reading": "す"},
        {"text": "き。"},
    ]
    assert ruby(engine, german) is None
    assert latin(engine) == {"猫が好き。": "Neko ga suki.", "Ich mag Katzen.": None}


def counted(engine: Engine) -> dict[str, int | None]:
    return {row["text"]: row["words"] for row in engine.connection.execute("SELECT text, words FROM sentences")}


def test_sentences_that_nobody_counted_are_counted_once(engine: Engine) -> None:
    new_sentence(engine, "Ich mag Katzen.", "de")
    new_sentence(engine, "我喜欢猫。", "zh")
    read_before = new_sentence(engine, "猫が好き。")
    engine.connection.execute("UPDATE sentences SET ruby = '[]', romanised = 'Neko' WHERE id = $1", (read_before,))
    counted_before = new_sentence(engine, "犬")
    engine.connection.execute("UPDATE sentences SET words = 9 WHERE id = $1", (counted_before,))
    assert enrich_lexicon(run_of(engine)).output == {"words": 0, "sentences": 3}
    assert counted(engine) == {"Ich mag Katzen.": 3, "我喜欢猫。": None, "猫が好き。": 3, "犬": 9}
    assert (ruby(engine, read_before), ruby(engine, counted_before)) == ([], [{"text": "犬", "reading": "いぬ"}])
    assert (latin(engine)["猫が好き。"], latin(engine)["犬"]) == ("Neko", "Inu")
    assert enrich_lexicon(run_of(engine)).output == {"words": 0, "sentences": 0}


def test_a_sentence_that_lacks_only_latin_letters_gets_them(engine: Engine) -> None:
    new_sentence(engine, "犬")
    engine.connection.execute("UPDATE sentences SET ruby = '[]', words = 9")
    assert enrich_lexicon(run_of(engine)).output == {"words": 0, "sentences": 1}
    assert (latin(engine), counted(engine)) == ({"犬": "Inu"}, {"犬": 9})


def test_a_text_that_was_edited_meanwhile_is_read_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    edited = new_sentence(engine, "Alt.", "de")

    def slow(text: str, language: str) -> int | None:
        if text == "Alt.":
            engine.connection.execute("UPDATE sentences SET text = 'Ganz neu.' WHERE id = $1", (edited,))
        return count_words(text, language)

    monkeypatch.setattr(enrichment, "count_words", slow)
    enrich_lexicon(run_of(engine))
    assert counted(engine) == {"Ganz neu.": 2}


def test_an_attempt_that_stops_is_gone_on_with_by_the_next(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrichment, "AT_ONCE", 2)
    for lemma in ("Haus", "Maus", "Laus", "Graus", "Strauß"):
        new_word(engine.connection, lemma)
    with pytest.raises(StepStoppedError):
        enrich_lexicon(run_of(engine, HandWatch(stop_after=1)))
    assert sum(value is not None for value in zipfs(engine).values()) == 4
    assert enrich_lexicon(run_of(engine)).output == {"words": 1, "sentences": 0}
    assert None not in zipfs(engine).values()
