"""Reads what was looked up."""

import msgspec

from services.api.analyses.schemas import AnalysisView, WordAnalysis
from services.api.database import Database
from services.api.vocabulary.word_rows import COLUMNS, word_view
from shared.articles.model import Provenance
from shared.lexicon.analysis import WordQuery

ANALYSIS = f"""
SELECT {COLUMNS}, found.usage, analysis.provenance
FROM word_analyses AS analysis, unnest(analysis.word_ids, analysis.usage) WITH ORDINALITY AS found(id, usage, place)
JOIN words AS word ON word.id = found.id AND word.hidden_at IS NULL
WHERE analysis.language = $1 AND analysis.lemma = $2 AND analysis.native_language = $3
ORDER BY found.place
"""  # noqa: S608 - our own text

_provenance = msgspec.json.Decoder(Provenance).decode


async def known_analysis(database: Database, query: WordQuery) -> AnalysisView | None:
    """What was looked up of the word; null if it never was, or if nothing is to be seen of it any more."""
    rows = await database.rows(ANALYSIS, query.language, query.lemma, query.native_language)
    if not rows:
        return None
    words = [WordAnalysis(word=word_view(row), usage=row["usage"]) for row in rows]
    return AnalysisView(words=words, provenance=_provenance(rows[0]["provenance"]), job=None)
