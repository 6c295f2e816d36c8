"""Rows of `words` as clients see them."""

import msgspec

from services.api.database import Row
from services.api.vocabulary.schemas import WordView
from shared.lexicon.bands import band_of
from shared.lexicon.kana import latin_word
from shared.lexicon.model import Example

COLUMNS = (
    "word.id, word.owner_id, word.language, word.lemma, word.pos, word.sense, word.folded, word.article, word.plural,"
    " word.reading, word.level, word.zipf, word.translations, word.forms, word.examples, word.source, word.licence"
)
"""What `word_view` needs of the table `words`, which the statement calls `word`."""
VISIBLE = "word.hidden_at IS NULL AND (word.owner_id IS NULL OR word.owner_id = {})"
"""Everybody's words and one's own. The place is the owner's."""

_translations = msgspec.json.Decoder(dict[str, list[str]]).decode
_forms = msgspec.json.Decoder(dict[str, str]).decode
_examples = msgspec.json.Decoder(list[Example]).decode


def word_view(row: Row) -> WordView:
    """A row with `COLUMNS`."""
    return WordView(
        id=row["id"],
        language=row["language"],
        lemma=row["lemma"],
        pos=row["pos"],
        sense=row["sense"],
        article=row["article"],
        plural=row["plural"],
        reading=row["reading"],
        romanised=latin_word(row["reading"], row["lemma"], row["pos"]),
        level=row["level"],
        zipf=row["zipf"],
        band=None if row["zipf"] is None else band_of(row["zipf"]),
        translations=_translations(row["translations"]),
        forms=_forms(row["forms"]),
        examples=_examples(row["examples"]),
        source=row["source"],
        licence=row["licence"],
        own=row["owner_id"] is not None,
    )
