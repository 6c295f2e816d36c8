"""What the entry for a word must pass before it becomes lexicon data. Pure."""

import unicodedata

import msgspec

from services.generation.gates import check_language
from services.generation.ports import Answer, Identify
from shared.jobs.errors import PermanentError, TransientError
from shared.lexicon.analysis import AnalysedWord, WordQuery
from shared.lexicon.model import Example, NewWord, PartOfSpeech, folded

MOST_SENSES = 8
MOST_FORMS = 12
MOST_TRANSLATIONS = 8
MOST_EXAMPLES = 5
LONGEST_NAME = 100  # characters of a translation, form or gloss
LONGEST_LINE = 400  # characters of an example or of what is said about usage
SOURCE = "analysis"


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An inflected form and its English name."""

    name: str
    form: str


class Sample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence with its translation."""

    text: str
    translation: str


class Sense(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One meaning."""

    pos: PartOfSpeech
    sense: str
    article: str | None
    plural: str | None
    reading: str | None
    forms: list[Form]
    translations: list[str]
    usage: str
    examples: list[Sample]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word as the writer hands it in: the schema of the answer."""

    language: str
    lemma: str
    is_word: bool
    senses: list[Sense]


def finished_entry(answer: Answer) -> Entry:
    """The entry that an answer holds.

    Raises:
        PermanentError: ``output_refused``.
        TransientError: ``output_truncated``, it was cut off or is no JSON of the schema.
    """
    if answer.ending == "refused":
        code = "output_refused"
        raise PermanentError(code, "The writer declined to write about this word.")
    try:
        return msgspec.json.decode(answer.text if answer.ending == "finished" else "", type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        code = "output_truncated"
        raise TransientError(code, "The answer is not the complete document that was asked for.") from error


def lexicon_words(entry: Entry, query: WordQuery, identify: Identify) -> list[AnalysedWord]:
    """The entry as lexicon data.

    Raises:
        PermanentError: ``input_invalid``, there is no such word.
        TransientError: ``output_wrong_language``; ``provider_bad_response``, it is about another word, says too little
            or too much.
    """
    if entry.language != query.language:
        code = "output_wrong_language"
        raise TransientError(code, f"The entry is for the language {entry.language!r}, not {query.language!r}.")
    _require(folded(entry.lemma) == folded(query.lemma), "It is about another word.")
    if not entry.is_word:
        code = "input_invalid"
        raise PermanentError(code, "There is no such word in this language, or not in its dictionary form.")
    _require(1 <= len(entry.senses) <= MOST_SENSES, "It has no meaning, or too many.")
    words = [_word(sense, query) for sense in entry.senses]
    names = {(each.word.pos, each.word.sense) for each in words}
    _require(len(names) == len(words), "Two meanings have one name.")
    samples = " ".join(example.text for each in words for example in each.word.examples)
    check_language(samples, query.language, identify)
    return words


def _word(sense: Sense, query: WordQuery) -> AnalysedWord:
    _require_sizes(sense)
    native = query.native_language
    word = NewWord(
        language=query.language,
        lemma=query.lemma,
        pos=sense.pos,
        sense=_line(sense.sense, LONGEST_NAME),
        article=_optional(sense.article),
        plural=_optional(sense.plural),
        reading=_optional(sense.reading),
        translations={native: [_required(text, LONGEST_NAME) for text in sense.translations]},
        forms={_required(form.name, LONGEST_NAME): _required(form.form, LONGEST_NAME) for form in sense.forms},
        examples=[_example(sample, native) for sample in sense.examples],
        source=SOURCE,
    )
    return AnalysedWord(word=word, usage=_line(sense.usage, LONGEST_LINE))


def _example(sample: Sample, native: str) -> Example:
    translations = {native: _required(sample.translation, LONGEST_LINE)}
    return Example(text=_required(sample.text, LONGEST_LINE), translations=translations, source=SOURCE)


def _require_sizes(sense: Sense) -> None:
    sizes = (
        (sense.forms, 0, MOST_FORMS),
        (sense.translations, 1, MOST_TRANSLATIONS),
        (sense.examples, 1, MOST_EXAMPLES),
    )
    fits = all(least <= len(items) <= most for items, least, most in sizes)
    _require(fits, "A meaning has too few or too many translations, forms or examples.")


def _optional(text: str | None) -> str | None:
    return _line(text or "", LONGEST_NAME) or None


def _required(text: str, longest: int) -> str:
    line = _line(text, longest)
    _require(bool(line), "A text in it is empty.")
    return line


def _line(text: str, longest: int) -> str:
    """One line of NFC without anything invisible."""
    visible = (c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", text))
    line = " ".join("".join(visible).split())
    _require(len(line) <= longest, "A text in it is too long.")
    return line


def _require(fulfilled: bool, otherwise: str) -> None:  # noqa: FBT001 - a condition and what it means if it fails
    if not fulfilled:
        code = "provider_bad_response"
        raise TransientError(code, f"The entry cannot be used. {otherwise}")
