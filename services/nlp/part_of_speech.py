"""Universal parts of speech: what a token without letters is, and the tables from the engines' own tags.

Sources: the conversion tables of Universal Dependencies (universaldependencies.org/tagset-conversion) for STTS
(German, HanTa) and for C5 of the British National Corpus (English, HanTa), and UD Japanese for UniDic (Sudachi).
"""

import re
import unicodedata

CONTENT = frozenset({"NOUN", "VERB", "ADJ", "ADV"})
"""Parts of speech that carry meaning: what level and useful words are measured on."""

_NUMBER = re.compile(r"[+\-−]?\d+(?:[.,:/\-–]\d+)*\.?%?")  # noqa: RUF001 - signs that numbers are written with

STTS = {
    "ADJ(A)": "ADJ",
    "ADJ(D)": "ADJ",
    "ADV": "ADV",
    "APPO": "ADP",
    "APPR": "ADP",
    "APPRART": "ADP",
    "APZR": "ADP",
    "ART": "DET",
    "CARD": "NUM",
    "FM": "X",
    "ITJ": "INTJ",
    "KOKOM": "CCONJ",
    "KON": "CCONJ",
    "KOUI": "SCONJ",
    "KOUS": "SCONJ",
    "NE": "PROPN",
    "NN": "NOUN",
    "NNA": "NOUN",
    "NNI": "NOUN",
    "PDAT": "DET",
    "PDS": "PRON",
    "PIAT": "DET",
    "PIS": "PRON",
    "PPER": "PRON",
    "PPOSAT": "DET",
    "PPOSS": "PRON",
    "PRELAT": "DET",
    "PRELS": "PRON",
    "PRF": "PRON",
    "PROAV": "ADV",
    "PTKA": "PART",
    "PTKANT": "PART",
    "PTKNEG": "PART",
    "PTKVZ": "ADP",
    "PTKZU": "PART",
    "PWAT": "DET",
    "PWAV": "ADV",
    "PWS": "PRON",
    "TRUNC": "X",
    "VA": "AUX",
    "VM": "AUX",
    "VV": "VERB",
}
"""By the whole tag, or by its part before the bracket (`VV(FIN)`)."""

C5 = {
    "AJ": "ADJ",
    "AT": "DET",
    "AV": "ADV",
    "CJC": "CCONJ",
    "CJS": "SCONJ",
    "CJT": "SCONJ",
    "CRD": "NUM",
    "DPS": "DET",
    "DT": "DET",
    "EX": "PRON",
    "ITJ": "INTJ",
    "NN": "NOUN",
    "NP": "PROPN",
    "ORD": "ADJ",
    "PN": "PRON",
    "POS": "PART",
    "PR": "ADP",
    "TO": "PART",
    "VB": "AUX",
    "VD": "AUX",
    "VH": "AUX",
    "VM": "AUX",
    "VV": "VERB",
    "XX": "PART",
}
"""By the longest beginning of the tag."""

_UNIDIC = {
    "代名詞": "PRON",
    "副詞": "ADV",
    "助動詞": "AUX",
    "助詞-終助詞": "PART",
    "助詞-接続助詞": "SCONJ",
    "助詞-準体助詞": "SCONJ",
    "助詞": "ADP",
    "動詞": "VERB",
    "名詞-固有名詞": "PROPN",
    "名詞-数詞": "NUM",
    "名詞": "NOUN",
    "形容詞": "ADJ",
    "形状詞": "ADJ",
    "感動詞": "INTJ",
    "接尾辞": "NOUN",
    "接続詞": "CCONJ",
    "接頭辞": "NOUN",
    "補助記号": "PUNCT",
    "記号": "SYM",
    "連体詞": "DET",
}


def of_no_word(text: str) -> str | None:
    """NUM, PUNCT, SYM or X if `text` is no word (`8.30`, `»`, `😀`), or None if it is one."""
    if _NUMBER.fullmatch(text):
        return "NUM"
    if any(letter.isalnum() for letter in text):
        return None
    kinds = {unicodedata.category(letter)[0] for letter in text}
    return "PUNCT" if "P" in kinds else "SYM" if "S" in kinds else "X"


def from_stts(tag: str) -> str:
    """The universal part of speech of a German tag of HanTa."""
    return STTS.get(tag) or STTS.get(tag.partition("(")[0], "X")


def from_c5(tag: str) -> str:
    """The universal part of speech of an English tag of HanTa."""
    return C5.get(tag[:3]) or C5.get(tag[:2], "X")


def from_unidic(tags: tuple[str, ...]) -> str:
    """The universal part of speech of Sudachi's six-part tag."""
    return _UNIDIC.get(f"{tags[0]}-{tags[1]}") or _UNIDIC.get(tags[0], "X")
