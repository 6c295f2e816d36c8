"""Japanese text in Latin letters, word by word, by modified Hepburn (`shared/lexicon/kana.py` has the rules of kana).

Words are divided as ALA-LC's table of Japanese divides them: endings stand with their verb or adjective, particles, the
copula and auxiliary verbs behind て by themselves.
"""

from collections.abc import Iterable, Iterator

import msgspec
from sudachipy import Morpheme  # type: ignore[import-untyped]  # compiled; its stubs are not marked

from services.nlp.readings import KANJI, readings
from shared.lexicon.kana import BORDER, hiragana, latin, particle, with_topic

# Signs of full width are what is meant here, hence the noqa.
_CLOSING = {
    "。": ".", "．": ".", ".": ".", "、": ",", "，": ",", ",": ",", "！": "!", "!": "!", "？": "?", "?": "?",  # noqa: RUF001
    "：": ":", "；": ";", "…": "…", "」": "”", "』": "\u2019", "）": ")", ")": ")", "】": "]",  # noqa: RUF001
}  # fmt: skip
"""No space before them."""
_OPENING = {"「": "“", "『": "\u2018", "（": "(", "(": "(", "【": "["}  # noqa: RUF001
"""No space behind them."""
_BETWEEN = {"・": " ", "〜": "\u2013", "～": "\u2013", "\u3000": " "}  # noqa: RUF001
"""No other space on either side."""
_ENDS_SENTENCE = frozenset(".!?")
_OWN_WORDS = frozenset({"助動詞-デス", "助動詞-ダ", "助動詞-ラシイ", "文語助動詞-ベシ", "文語助動詞-ゴトシ"})
"""What Sudachi has as endings, and is a word by itself: the copula (`学生 です`), `らしい`, `べき`."""
_ENDINGS = frozenset({"て", "で", "ては", "では", "ば", "ながら", "つつ", "ちゃ", "じゃ", "たり", "だり"})
"""Particles that are endings of the verb before them."""
_INFLECTED = frozenset({"動詞", "形容詞", "助動詞", "接尾辞"})
_POLITE = frozenset({"する", "致す", "いたす", "くださる", "下さる", "ください"})
_NO_WORDS = frozenset({"補助記号", "記号", "空白"})
_TITLES = frozenset({"さん", "ちゃん", "くん", "君", "様", "さま"})


class _Part(msgspec.Struct, frozen=True):
    """A morpheme and its kana; null if it stays as it is written."""

    surface: str
    kana: str | None
    pos: tuple[str, ...]
    """Sudachi's six: part of speech, three kinds of it, conjugation, form."""
    lemma: str

    @property
    def proper(self) -> bool:
        return self.pos[1] == "固有名詞"


def romanised(morphemes: Iterable[Morpheme]) -> str:
    """The text in Latin letters, with spaces between words and a capital where a sentence or a name begins.

    What has no reading stays as it is written, above all numbers and what is counted.
    """
    line, begins, tight = "", True, True
    for word in _words(_part(morpheme, reading) for morpheme, reading in readings(morphemes)):
        mark = "".join(part.surface for part in word)
        if (closing := _CLOSING.get(mark)) is not None:
            line, tight = line + closing, False
            begins = begins or closing in _ENDS_SENTENCE
        elif mark in _OPENING or mark in _BETWEEN or mark.isspace() or _is_sign(mark):
            space = "" if tight or mark not in _OPENING else " "
            line, tight = line + space + (_OPENING | _BETWEEN).get(mark, mark), True
        else:
            quoted = line.endswith(("”", "\u2019")) and word[0].pos[0] == "助詞"  # `「はい。」と`: the sentence goes on
            text = _text(word, capital=(begins and not quoted) or word[0].proper)
            line, begins, tight = line + ("" if tight else " ") + text, False, False
    return line.strip()


def _part(morpheme: Morpheme, reading: str | None) -> _Part:
    surface, pos = morpheme.surface(), morpheme.part_of_speech()
    counted = reading is None and any("助数詞" in kind for kind in pos)
    kana = reading if KANJI.search(surface) else surface if hiragana(surface) and not counted else None
    return _Part(surface, None if kana is None else _said(kana, pos), pos, morpheme.dictionary_form())


def _said(kana: str, pos: tuple[str, ...]) -> str:
    """As it sounds, with a border before the ending of a verb like 思う."""
    if pos[0] == "助詞":
        return particle(with_topic(kana))
    if pos[0] in {"感動詞", "接続詞", "副詞"}:
        return with_topic(kana)
    if pos[4] == "五段-ワア行" and kana.endswith("う"):
        stem = kana[: -2 if pos[5] == "意志推量形" else -1]
        return f"{stem}{BORDER}{kana[len(stem) :]}"
    return kana


def _words(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    word: list[_Part] = []
    begins = True
    for part in parts:
        if word and not (_joins(word[-1], part) or (begins and _is_conjunction(word[-1], part))):
            yield word
            begins = word[-1].pos[0] in _NO_WORDS
            word = []
        word.append(part)
    if word:
        yield word


def _joins(before: _Part, part: _Part) -> bool:
    """Whether it is of one word with the morpheme before it."""
    if not _NO_WORDS.isdisjoint({before.pos[0], part.pos[0]}):
        return False
    if part.pos[0] == "接尾辞" or before.pos[0] == "接頭辞":
        return True
    if before.kana is None and part.kana is None:
        return True
    if part.pos[0] == "助詞" and (before.pos[0] == "接続詞" or (before.surface, part.surface) == ("どう", "も")):
        return True
    return before.pos[0] in _INFLECTED and (_is_ending(part) or _is_compound(before, part))


def _is_conjunction(before: _Part, part: _Part) -> bool:
    """`でも` and `では` where a sentence begins are no particles."""
    return before.surface == "で" and part.surface in {"も", "は"}


def _is_ending(part: _Part) -> bool:
    if part.pos[0] == "助動詞":
        return part.pos[4] not in _OWN_WORDS
    return (part.pos[0] == "助詞" and part.pos[1] != "格助詞" and part.surface in _ENDINGS) or (
        part.pos[:2] == ("形状詞", "助動詞語幹") and part.surface == "そう"
    )


def _is_compound(before: _Part, part: _Part) -> bool:
    """`食べ始める`, `高すぎる`: a verb on a stem, but not する on what is done (`お願いします`)."""
    on_stem = (before.pos[0], before.pos[5]) in {("動詞", "連用形-一般"), ("形容詞", "語幹-一般")}
    return on_stem and part.pos[:2] == ("動詞", "非自立可能") and part.lemma not in _POLITE


def _is_sign(text: str) -> bool:
    """One of ASCII, which brings its own spaces (`10:30`)."""
    return text.isascii() and not any(letter.isalnum() for letter in text)


def _text(word: list[_Part], *, capital: bool) -> str:
    """As it is written if a part of it has no reading: `二つ目`."""
    kana = [part.kana for part in word if part.kana is not None]
    if len(kana) < len(word):
        return "".join(part.surface for part in word)
    titled = len(kana) > 1 and word[0].proper and word[-1].surface in _TITLES
    pieces = (kana[:-1], kana[-1:]) if titled else (kana,)
    text = "-".join(latin(BORDER.join(piece)) or "".join(piece) for piece in pieces)
    return text[:1].upper() + text[1:] if capital else text
