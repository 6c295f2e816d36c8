"""A text bank of two small texts in three languages, for tests that rely on its wording."""

from pathlib import Path
from typing import Any

import msgspec

MARKET: dict[str, Any] = {
    "id": "market-a2",
    "level": "A2",
    "keywords": {"de": ["Markt", "einkaufen"], "en": ["market", "shopping"], "ja": ["市場"]},
    "titles": {"de": "Auf dem Markt", "en": "At the market", "ja": "市場で"},
    "paragraphs": [
        [
            {
                "de": "Am Samstag gehen wir auf den Markt.",
                "en": "On Saturday we go to the market.",
                "ja": "土曜日に市場へ行きます。",
            },
            {
                "de": "Meine Mutter kauft frisches Gemüse.",
                "en": "My mother buys fresh vegetables.",
                "ja": "母は新鮮な野菜を買います。",
            },
        ],
        [
            {
                "de": "Danach trinken wir einen Kaffee.",
                "en": "Then we drink a coffee.",
                "ja": "それからコーヒーを飲みます。",
            },
        ],
    ],
}
FOREST: dict[str, Any] = {
    "id": "forest-b1",
    "level": "B1",
    "keywords": {"de": ["Wald", "wandern"], "en": ["forest", "hiking"], "ja": ["森"]},
    "titles": {"de": "Im Wald", "en": "In the forest", "ja": "森の中"},
    "paragraphs": [
        [
            {
                "de": "Obwohl es regnete, wanderte Jonas durch den dunklen Wald.",
                "en": "Although it was raining, Jonas hiked through the dark forest.",
                "ja": "雨が降っていましたが、ヨナスは暗い森を歩きました。",
            },
            {
                "de": "Er hörte nur die Vögel und seine eigenen Schritte.",
                "en": "He heard only the birds and his own steps.",
                "ja": "聞こえたのは鳥の声と自分の足音だけでした。",
            },
        ],
    ],
}
LEXICON: list[dict[str, list[str]]] = [
    {"de": ["Haus", "Häuser"], "en": ["house", "houses"], "ja": ["家"]},
    {"de": ["Mann", "Männer"], "en": ["man", "men"], "ja": ["男"]},
]


def write_small_bank(folder: Path) -> Path:
    """Write it as the real bank is laid out; gives `folder`."""
    texts = folder / "texts"
    texts.mkdir()
    for text in (MARKET, FOREST):
        (texts / f"{text['id']}.json").write_bytes(msgspec.json.encode(text))
    (folder / "lexicon.json").write_bytes(msgspec.json.encode(LEXICON))
    return folder
