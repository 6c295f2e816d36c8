"""One article and all that is made from it, in one round trip."""

from uuid import UUID

from services.api.database import Database, Row
from services.api.problems import not_found

ARTICLE = """
SELECT article.id, article.job_id, article.language, article.native_language, article.level, article.title,
       article.text, article.created_at, article.provenance,
       annotation.engine, annotation.sentences, annotation.profile, annotation.useful_words,
       annotation.provenance AS annotation_provenance,
       translation.language AS translation_language, translation.sentences AS translation_sentences,
       translation.provenance AS translation_provenance,
       narration.key, narration.duration_ms, narration.voice, narration.provenance AS narration_provenance,
       alignment.sentences AS alignment_sentences, alignment.coverage, alignment.warnings,
       alignment.provenance AS alignment_provenance,
       (SELECT to_json(fit) FROM article_coverage AS fit WHERE fit.article_id = article.id) AS fit
FROM articles AS article
LEFT JOIN article_annotations AS annotation ON annotation.article_id = article.id
LEFT JOIN article_translations AS translation ON translation.article_id = article.id
LEFT JOIN article_narrations AS narration ON narration.article_id = article.id
LEFT JOIN article_alignments AS alignment ON alignment.article_id = article.id
WHERE article.id = $1 AND article.owner_id = $2
"""


async def article_row(database: Database, article_id: UUID, owner_id: UUID) -> Row:
    """The owner's article; columns of what is not made yet are null, JSON columns are bytes.

    Raises:
        ApiError: 404, no such article of this owner.
    """
    row = await database.row(ARTICLE, article_id, owner_id)
    if row is None:
        raise not_found("article")
    return row
