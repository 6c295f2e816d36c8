"""What the page shows of an article, cut so that a browser never has to count characters.

Offsets of the API count Unicode code points, JavaScript counts UTF-16 units: so the text is cut into pieces here.
"""

from typing import Final

import msgspec

from services.cli.answers import ReadArticle, TimedSentence, TimedToken
from shared.articles.model import Band, LevelProfile, Provenance
from shared.languages import LANGUAGES

BANDS: Final[dict[Band, str]] = {"5+": "very common", "4-5": "common", "3-4": "less common", "0-3": "rare"}
"""Zipf bands in words, the most frequent first."""

PARTS_OF_SPEECH: Final = {
    "ADJ": "adjective",
    "ADP": "preposition",
    "ADV": "adverb",
    "AUX": "auxiliary verb",
    "CCONJ": "conjunction",
    "DET": "determiner",
    "INTJ": "interjection",
    "NOUN": "noun",
    "NUM": "number",
    "PART": "particle",
    "PRON": "pronoun",
    "PROPN": "name",
    "SCONJ": "conjunction",
    "VERB": "verb",
}
"""Universal parts of speech that a learner can look at, in words."""

UNSPOKEN: Final = frozenset({"PUNCT", "SPACE", "SYM"})
SHOWN_WORDS: Final = 10


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word that can be tapped; `band` is its place in `BANDS`, times are ms."""

    text: str
    lemma: str
    pos: str
    band: int | None
    rarity: str
    reading: str | None
    start: int | None
    end: int | None


class SentenceContent(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence as words and the text between them; `gap` is what stands before it in its paragraph."""

    gap: str
    pieces: list[Word | str]
    translation: str | None
    start: int | None
    end: int | None


class Useful(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the list; `sentence` is the place of the sentence it stands in."""

    lemma: str
    note: str
    band: int
    rarity: str
    sentence: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A band's share of the words, of 1."""

    name: str
    part: float


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The level profile in a line and four shares, the most frequent band first."""

    level: str
    line: str
    shares: list[Share]


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where one artefact comes from."""

    what: str
    whence: str


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """How to play the embedded audio."""

    content_type: str
    duration_ms: int


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows."""

    title: str
    facts: str
    language: str
    native: str | None
    paragraphs: list[list[SentenceContent]]
    useful_words: list[Useful]
    profile: Profile | None
    origins: list[Origin]
    audio: Sound | None


def content_of(article: ReadArticle, *, audio: bool) -> Content:
    """What the page shows of `article`; `audio` says whether its audio is at hand."""
    narration = article.narration if audio else None
    return Content(
        title=article.title,
        facts=_facts(article, narration.duration_ms if narration else None),
        language=article.language,
        native=article.translation.language if article.translation else article.native_language,
        paragraphs=_paragraphs(article),
        useful_words=_useful_words(article),
        profile=_profile(article.annotation.profile) if article.annotation else None,
        origins=origins_of(article),
        audio=Sound(content_type=narration.content_type, duration_ms=narration.duration_ms) if narration else None,
    )


def part_of_speech(token: TimedToken, language: str) -> str:
    """The part of speech in words, and whether it was only guessed."""
    name = PARTS_OF_SPEECH.get(token.pos, "part of speech unknown")
    if language == "ja" and token.pos == "ADP":
        name = "particle"  # は stands after its word
    return f"probably {name}" if token.pos_source == "heuristic" and token.pos in PARTS_OF_SPEECH else name


def origins_of(article: ReadArticle) -> list[Origin]:
    """Who made which artefact, in the order in which they were made."""
    parts: list[tuple[str, Provenance | None]] = [
        ("Text", article.provenance),
        ("Words", article.annotation.provenance if article.annotation else None),
        ("Translation", article.translation.provenance if article.translation else None),
        ("Voice", article.narration.provenance if article.narration else None),
        ("Timings", article.alignment.provenance if article.alignment else None),
    ]
    return [Origin(what=what, whence=_whence(provenance)) for what, provenance in parts if provenance]


def _whence(provenance: Provenance) -> str:
    maker = f"the sandbox in place of {provenance.provider}" if provenance.sandbox else provenance.provider
    details = (provenance.model, provenance.voice and f"voice {provenance.voice}", provenance.source)
    return ", ".join(detail for detail in (maker, *details) if detail)


def _facts(article: ReadArticle, duration_ms: int | None) -> str:
    language = LANGUAGES[article.language].name if article.language in LANGUAGES else article.language
    facts = [language, article.level]
    if article.annotation:
        facts.append(f"{article.annotation.profile.words} words")
    if duration_ms is not None:
        facts.append(f"{duration_ms // 60_000}:{duration_ms // 1000 % 60:02}")
    return " \N{MIDDLE DOT} ".join(facts)


def _paragraphs(article: ReadArticle) -> list[list[SentenceContent]]:
    if not article.sentences:
        return [[_plain(paragraph)] for paragraph in article.text.split("\n\n")]
    paragraphs: list[list[SentenceContent]] = []
    before: TimedSentence | None = None
    for sentence in article.sentences:
        if before is None or before.paragraph != sentence.paragraph:
            paragraphs.append([])
            gap = ""
        else:
            gap = article.text[before.end : sentence.start]
        paragraphs[-1].append(_sentence(article, sentence, gap))
        before = sentence
    return paragraphs


def _plain(text: str) -> SentenceContent:
    return SentenceContent(gap="", pieces=[text], translation=None, start=None, end=None)


def _sentence(article: ReadArticle, sentence: TimedSentence, gap: str) -> SentenceContent:
    text = article.text
    pieces: list[Word | str] = []
    reached = sentence.start
    for token in sentence.tokens:
        if token.pos in UNSPOKEN:
            continue
        if reached < token.start:
            pieces.append(text[reached : token.start])
        pieces.append(_word(token, article.language))
        reached = token.end
    if reached < sentence.end:
        pieces.append(text[reached : sentence.end])
    return SentenceContent(
        gap=gap, pieces=pieces, translation=sentence.translation, start=sentence.start_ms, end=sentence.end_ms
    )


def _word(token: TimedToken, language: str) -> Word:
    return Word(
        text=token.text,
        lemma=token.lemma,
        pos=part_of_speech(token, language),
        band=list(BANDS).index(token.band) if token.band else None,
        rarity=f"{BANDS[token.band]} (Zipf {token.band})" if token.band else "",
        reading=token.reading if token.reading != token.text else None,
        start=token.start_ms,
        end=token.end_ms,
    )


def _useful_words(article: ReadArticle) -> list[Useful]:
    if article.annotation is None:
        return []
    return [
        Useful(
            lemma=word.lemma,
            note=" \N{MIDDLE DOT} ".join(
                filter(None, (word.reading if word.reading != word.lemma else None, PARTS_OF_SPEECH.get(word.pos)))
            ),
            band=list(BANDS).index(word.band),
            rarity=BANDS[word.band],
            sentence=word.sentence,
        )
        for word in article.annotation.useful_words[:SHOWN_WORDS]
    ]


def _profile(profile: LevelProfile) -> Profile:
    return Profile(
        level=profile.estimated_level,
        line=(
            f"{profile.words} words in {profile.sentences} sentences, {profile.mean_sentence_words:.1f} words a "
            f"sentence; {profile.type_token_ratio:.0%} of the words are different ones."
        ),
        shares=[Share(name=name, part=profile.band_shares.get(band, 0.0)) for band, name in BANDS.items()],
    )
