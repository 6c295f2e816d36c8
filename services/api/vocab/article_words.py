"""From a place in an article to the word that stands there, as an entry of the bank."""

from typing import get_args
from uuid import UUID

import msgspec

from services.api.database import Database
from services.api.problems import FieldError, input_invalid, not_found
from services.api.vocab.schemas import MeetingOrder
from shared.articles.model import Sentence, Token
from shared.learning.model import Meeting, NewEntry
from shared.lexicon.model import PartOfSpeech

ARTICLE = """
SELECT article.language, annotation.sentences, translation.language AS translation_language,
       translation.sentences AS translation_sentences
FROM articles AS article
JOIN article_annotations AS annotation ON annotation.article_id = article.id
LEFT JOIN article_translations AS translation ON translation.article_id = article.id
WHERE article.id = $1 AND article.owner_id = $2
"""
ANNOTATED = "annotated article"
PARTS_OF_SPEECH = frozenset(get_args(PartOfSpeech))
NO_WORDS = frozenset({"PUNCT", "SYM", "SPACE"})
_sentences = msgspec.json.Decoder(list[Sentence]).decode
_texts = msgspec.json.Decoder(list[str]).decode


class AnnotatedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """The sentences and words of an article, and each sentence's translation, if it was translated."""

    language: str
    sentences: list[Sentence]
    translation_language: str | None
    translations: list[str]


async def annotated_article(database: Database, article_id: UUID, owner_id: UUID) -> AnnotatedArticle:
    """The owner's article.

    Raises:
        ApiError: 404, no such article of this owner, or its words have not been found yet.
    """
    row = await database.row(ARTICLE, article_id, owner_id)
    if row is None:
        raise not_found(ANNOTATED)
    return AnnotatedArticle(
        language=row["language"],
        sentences=_sentences(row["sentences"]),
        translation_language=row["translation_language"],
        translations=_texts(row["translation_sentences"] or b"[]"),
    )


def met_word(article: AnnotatedArticle, order: MeetingOrder, native_language: str) -> NewEntry:
    """The word that is meant, with where it stands.

    Raises:
        ApiError: 400, no word stands there.
    """
    sentence, token = _place(article, order)
    if token is None or sentence is None or token.pos in NO_WORDS:
        raise input_invalid([FieldError("start", "no word of the article stands there")])
    translated = article.translation_language == native_language and sentence.index < len(article.translations)
    meeting = Meeting(
        surface=token.text,
        context=sentence.text,
        translation=article.translations[sentence.index] if translated else "",
        sentence=sentence.index,
        start=token.start,
    )
    pos = token.pos if token.pos in PARTS_OF_SPEECH else None
    return NewEntry(lemma=token.lemma or token.text, pos=pos, met=meeting, article_id=order.article_id, note=order.note)


def _place(article: AnnotatedArticle, order: MeetingOrder) -> tuple[Sentence | None, Token | None]:
    among = [each for each in article.sentences if order.sentence in {None, each.index}]
    if not among:
        raise input_invalid([FieldError("sentence", "the article has no such sentence")])
    offset = order.start if order.sentence is None else among[0].start + order.start
    for sentence in among:
        for token in sentence.tokens:
            if token.start <= offset < token.end:
                return sentence, token
    return None, None
