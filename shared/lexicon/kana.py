"""Kana: one kind in the other, and in Latin letters by modified Hepburn. Pure.

The rules and the table are those of Kenkyusha's New Japanese-English Dictionary, as the ALA-LC table of Japanese has
them; kana of foreign sounds (`ティ`, `ヴァ`) follow the usual extension of it. Long vowels have a macron (tōkyō, kūki),
but `ii` and `ei` have none, and none goes over the border of two morphemes (omou, baai). Loan words have one only where
there is a `ー` (kōhī, but souru).
"""

import re

BORDER = "|"
"""Between two morphemes: vowels on both sides of it are no long one."""

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_KANA_LETTERS = frozenset(map(chr, [*_KATAKANA_TO_HIRAGANA.values(), ord("ー")]))
_KATAKANA = re.compile("[ァ-ヶー]+")

_TABLE = """
あ a い i う u え e お o か ka き ki く ku け ke こ ko さ sa し shi す su せ se そ so た ta ち chi つ tsu て te と to
な na に ni ぬ nu ね ne の no は ha ひ hi ふ fu へ he ほ ho ま ma み mi む mu め me も mo や ya ゆ yu よ yo
ら ra り ri る ru れ re ろ ro わ wa ゐ i ゑ e を o が ga ぎ gi ぐ gu げ ge ご go ざ za じ ji ず zu ぜ ze ぞ zo
だ da ぢ ji づ zu で de ど do ば ba び bi ぶ bu べ be ぼ bo ぱ pa ぴ pi ぷ pu ぺ pe ぽ po ゔ vu
きゃ kya きゅ kyu きょ kyo しゃ sha しゅ shu しょ sho ちゃ cha ちゅ chu ちょ cho にゃ nya にゅ nyu にょ nyo
ひゃ hya ひゅ hyu ひょ hyo みゃ mya みゅ myu みょ myo りゃ rya りゅ ryu りょ ryo ぎゃ gya ぎゅ gyu ぎょ gyo
じゃ ja じゅ ju じょ jo ぢゃ ja ぢゅ ju ぢょ jo びゃ bya びゅ byu びょ byo ぴゃ pya ぴゅ pyu ぴょ pyo
しぇ she じぇ je ちぇ che いぇ ye うぃ wi うぇ we うぉ wo ゔぁ va ゔぃ vi ゔぇ ve ゔぉ vo ゔゅ vyu
ふぁ fa ふぃ fi ふぇ fe ふぉ fo ふゅ fyu つぁ tsa つぃ tsi つぇ tse つぉ tso てぃ ti とぅ tu てゅ tyu
でぃ di どぅ du でゅ dyu くぁ kwa くぃ kwi くぇ kwe くぉ kwo ぐぁ gwa すぃ si ずぃ zi
ぁ a ぃ i ぅ u ぇ e ぉ o ゎ wa
"""
_LATIN = dict(zip(_TABLE.split()[::2], _TABLE.split()[1::2], strict=True))
_MORA = re.compile("|".join(sorted(_LATIN, key=len, reverse=True)))
_MACRONS = {"a": "ā", "i": "ī", "u": "ū", "e": "ē", "o": "ō"}

_SOUNDS = re.compile("[a-zāīūēō']+")
_PARTICLES = {"は": "わ", "へ": "え"}
_ONLY_A_DICTIONARY_KNOWS = frozenset({"PHRASE", "X"})
_PARTICLES_POS = frozenset({"PART", "ADP", "SCONJ"})
_ENDS_IN_TOPIC = frozenset({"INTJ", "CCONJ", "ADV"})

_BORDERS = {
    kana.replace(BORDER, ""): kana
    for kana in (
        "ば|あい",
        "みず|うみ",
        "じょ|おう",
        "いの|うえ",
        "もの|おと",
        "もの|おき",
        "こ|うり",
        "さと|おや",
        "お|うち",
    )
}
"""Words with a border that nothing else shows: 場合, 湖, 女王, 井上, 物音, 物置, 小売, 里親, おうち."""


def hiragana(katakana: str) -> str | None:
    """The reading in hiragana, or None if it is no kana (`。` and `😀` read as themselves)."""
    reading = katakana.translate(_KATAKANA_TO_HIRAGANA)
    return reading if reading and set(reading) <= _KANA_LETTERS else None


def latin(kana: str) -> str | None:
    """Kana in Latin letters: `きっぷ` kippu, `きんえん` kin'en, `コーヒー` kōhī; as they sound, so `は` is ha.

    Args:
        kana: One word, with `BORDER` between its morphemes. A morpheme that is all katakana is a loan word.

    Returns:
        In lower case; null if there is anything but kana, or none that sounds.
    """
    reading = hiragana(kana.replace(BORDER, ""))
    if reading is None:
        return None
    marked = kana if BORDER in kana else _BORDERS.get(reading, kana)
    letters = BORDER.join(_with_macrons(morpheme) for morpheme in marked.split(BORDER))
    letters = re.sub(r"ん(?=\|?[aiueoyāūēō])", "n'", letters).replace("ん", "n")
    letters = re.sub(r"っ(?=\|?ch)", "t", letters)
    letters = re.sub(r"っ(?=\|?([b-df-hj-np-tv-z]))", r"\1", letters)
    letters = letters.replace("っ", "").replace(BORDER, "")
    return letters if _SOUNDS.fullmatch(letters) else None


def latin_word(reading: str | None, lemma: str, pos: str) -> str | None:
    """A word of the lexicon in Latin letters, by its reading, or by itself if it is all kana.

    Args:
        reading: In kana, if it is Japanese; null if it has none.
        lemma: The word.
        pos: Universal part of speech.

    Returns:
        Null for another language, and where only a dictionary could tell: how a phrase falls into words, and whether
        what may be a verb ends in a long vowel.
    """
    kana = reading or lemma
    if pos in _ONLY_A_DICTIONARY_KNOWS:
        return None
    if pos == "VERB" and kana.endswith("う"):
        return latin(f"{kana[:-1]}{BORDER}う")
    if pos in _PARTICLES_POS:
        return latin(particle(with_topic(kana)))
    return latin(with_topic(kana) if pos in _ENDS_IN_TOPIC else kana)


def particle(kana: str) -> str:
    """A particle as it sounds: は is わ, へ is え. を sounds お wherever it stands."""
    return _PARTICLES.get(kana, kana)


def with_topic(kana: str) -> str:
    """A greeting, a conjunction or an adverb as it sounds: at the end of `こんにちは` stands the particle."""
    return f"{kana[:-1]}わ" if kana.endswith("は") and not kana.endswith("はは") else kana


def _with_macrons(morpheme: str) -> str:
    letters = _MORA.sub(lambda mora: _LATIN[mora[0]], morpheme.translate(_KATAKANA_TO_HIRAGANA))
    if not _KATAKANA.fullmatch(morpheme):
        letters = re.sub("aa|uu|ee|oo|ou", lambda vowels: _MACRONS[vowels[0][0]], letters)
    return re.sub("([aiueo])ー+", lambda vowel: _MACRONS[vowel[1]], letters)
