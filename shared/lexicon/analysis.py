"""Words that are looked up by a model, and how their meanings fit those that the lexicon has. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from shared.lexicon.model import NewWord

Senses = Mapping[str, Sequence[str]]
"""Names of the meanings that the lexicon has of a lemma, by part of speech."""


class WordQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A word to be looked up: the input of an `analyse_word` job."""

    language: str
    lemma: str
    native_language: str

    @property
    def work(self) -> str:
        """What whoever looks it up takes a turn at."""
        return f"analyse_word {self.language} {self.native_language} {self.lemma}"


class AnalysedWord(msgspec.Struct, frozen=True, kw_only=True):
    """One meaning, as it was looked up."""

    word: NewWord
    usage: str
    """How it is used, in the native language; empty if there is nothing to say."""


def fitted(found: Sequence[AnalysedWord], known: Senses) -> list[AnalysedWord]:
    """What was found, each meaning under the name that the lexicon has for it.

    Of a part of speech that the lexicon has, only meanings of the same name are completed, or the only one by the only
    one. If nothing fits they are added beside it: then the learner chooses.
    """
    by_pos: dict[str, list[AnalysedWord]] = {}
    for each in found:
        by_pos.setdefault(each.word.pos, []).append(each)
    return [each for pos, group in by_pos.items() for each in _fitted(group, known.get(pos, ()))]


def _fitted(group: list[AnalysedWord], senses: Sequence[str]) -> list[AnalysedWord]:
    if len(group) == 1 and len(senses) <= 1:
        return [_named(group[0], senses[0] if senses else "")]
    matching = [each for each in group if each.word.sense in senses]
    return matching or group


def _named(each: AnalysedWord, sense: str) -> AnalysedWord:
    word = msgspec.structs.replace(each.word, sense=sense)
    return msgspec.structs.replace(each, word=word)
