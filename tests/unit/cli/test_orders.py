from typing import Any

import msgspec
import pytest

from services.api.articles import schemas
from services.cli.estimates import MODELS, estimate
from services.cli.orders import COLUMNS, Rules, orders_of
from services.cli.sheets import Row, Sheet
from services.generation.settings import DEFAULT_MODEL as WRITER
from services.tts.settings import DEFAULT_MODEL as SPEAKER
from tests.support.cli_server import languages

GOOD = {"language": "de", "level": "A2", "topic": "Der Markt"}


@pytest.fixture(name="rules")
async def _rules() -> Rules:
    return msgspec.convert(await languages(), Rules)


def checked(rules: Rules, cells: dict[str, Any], kind: Any = "csv") -> tuple[list[dict[str, Any]], list[str]]:
    columns = tuple(cells) if kind == "csv" else ()
    orders, faults = orders_of(Sheet(kind=kind, rows=[Row(2, cells)], columns=columns), {}, rules)
    return orders, [str(fault) for fault in faults]


def test_the_columns_are_the_fields_of_the_apis_order() -> None:
    not_in_batches = {"use_due_words"}
    assert set(COLUMNS) | not_in_batches == set(schemas.ArticleOrder.__struct_fields__)


def test_the_estimate_assumes_the_workers_own_models() -> None:
    assert MODELS["anthropic"] == WRITER
    assert MODELS["gemini"] == SPEAKER


def test_cells_become_what_the_api_takes(rules: Rules) -> None:
    cells = GOOD | {"length": " 120 ", "words_to_use": "Brot| Apfel |", "narrate": "No", "native_language": ""}
    orders, faults = checked(rules, cells)
    assert faults == []
    assert orders == [GOOD | {"length": 120, "words_to_use": ["Brot", "Apfel"], "narrate": False}]
    msgspec.convert(orders[0], schemas.ArticleOrder)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"language": ""}, "row 2, language: is missing"),
        ({"language": "xx"}, "row 2, language: must be one of de, en, es, fr, it, pt, ja, not 'xx'"),
        ({"level": "Z"}, "row 2, level: must be one of A1, A2, B1, B2, C1, C2, not 'Z'"),
        ({"native_language": "de"}, "row 2, native_language: must differ from language"),
        ({"topic": ""}, "row 2, topic: exactly one of topic, source_text, source_url is needed"),
        ({"source_text": "x"}, "row 2, source_text: cannot be given together with topic"),
        ({"topic": "x" * 301}, "row 2, topic: has 301 characters; at most 300 are allowed"),
        ({"topic": "", "source_url": "ftp://x"}, "row 2, source_url: must begin with https:// or http://"),
        ({"length": "long"}, "row 2, length: must be a whole number"),
        ({"length": "39"}, "row 2, length: must be from 40 to 1200"),
        ({"words_to_use": "|".join("x" * 51)}, "row 2, words_to_use: has 51 words; at most 50 are allowed"),
        ({"words_to_use": "x" * 61}, "row 2, words_to_use: each word has from 1 to 60 characters"),
        ({"narrate": "perhaps"}, "row 2, narrate: must be true or false"),
        ({"voice": "Kore", "narrate": "no"}, "row 2, voice: needs narrate"),
        ({"voice": "Nobody"}, "row 2, voice: must be one of Kore, Puck, Charon, Leda, Aoede, Orus, not 'Nobody'"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_and_column(rules: Rules, change: dict[str, str], fault: str) -> None:
    assert checked(rules, GOOD | change)[1] == [fault]


def test_json_keeps_its_types(rules: Rules) -> None:
    assert checked(rules, GOOD | {"length": "120", "narrate": 1}, "jsonl")[1] == [
        "row 2, length: expected `int`, got `str`",
        "row 2, narrate: expected `bool`, got `int`",
    ]


def test_what_is_not_wanted_costs_nothing(rules: Rules) -> None:
    silent = estimate([GOOD | {"narrate": False}], rules)
    spoken = estimate([GOOD], rules)
    translated = estimate([GOOD | {"native_language": "en"}], rules)
    assert 0 < silent.micro_usd < spoken.micro_usd < translated.micro_usd
    assert estimate([GOOD] * 3, rules).micro_usd == 3 * spoken.micro_usd
    assert spoken.unpriced == []


def test_a_language_of_a_newer_server_is_no_crash(rules: Rules) -> None:
    assert estimate([GOOD | {"language": "xx"}], rules).unpriced == ["deepgram"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_a_failure_was_is_ignored_when_its_row_is_read_again(rules: Rules, kind: str) -> None:
    cells = GOOD | {"error_code": "internal", "error_message": "Ours."}
    assert checked(rules, cells, kind) == ([GOOD], [])
