"""What the home and review screens read. Both ask with the statements of the queue itself, so no number differs."""

from services.api.database import Database, Row
from services.api.pairs import Pair
from services.api.screens.study import Study
from shared.learning.queue import DUE_COUNTS, IN_ORDER, TODAY, queue_arguments
from shared.learning.streak import STREAK, streak_arguments

# The streak's own $2 to $4 (beginnings of days, when the newest ends, its date) are $8, the counts' $5, and $9 here.
HOME = f"""
SELECT counts.*, streak.*
FROM ({DUE_COUNTS}) AS counts, ({STREAK.replace("$2", "$8").replace("$4", "$9").replace("$3", "$5")}) AS streak
"""  # noqa: S608 - SQL of ours
NEXT = f"""
SELECT card.id, card.direction, card.state, card.stability, card.due, card.entry_id, card.sentence_id,
       coalesce(sentence.text, word.lemma, entry.lemma) AS text, word.pos, word.sense, word.article, word.plural,
       word.reading, word.examples, entry.note, entry.met, sentence.ruby, sentence.romanised,
       sentence.audio ->> 'key' AS audio_key,
       CASE WHEN sentence.id IS NULL THEN word.translations -> $9::text ELSE other.texts END AS translations
FROM ({TODAY}) AS today
JOIN cards AS card ON card.id = today.id AND card.owner_id = $1
LEFT JOIN word_bank AS entry ON entry.id = card.entry_id
LEFT JOIN words AS word ON word.id = entry.word_id
LEFT JOIN sentences AS sentence ON sentence.id = card.sentence_id
LEFT JOIN LATERAL (
  SELECT jsonb_agg(translation.text ORDER BY translation.id) AS texts
  FROM sentence_translations AS link
  JOIN sentences AS translation ON translation.id = link.translation_id
  WHERE link.sentence_id = sentence.id AND translation.language = $9
    AND translation.status = 'published' AND translation.hidden_at IS NULL
) AS other ON true
ORDER BY {IN_ORDER}
"""  # noqa: S608 - SQL of ours


async def home(database: Database, study: Study, pair: Pair) -> Row:
    """What is to be asked now, by kind, what the day's limits still allow, and the streak."""
    _, begins, _, day = streak_arguments(study.owner_id, study.settings, study.today)
    return _only(await database.row(HOME, *_queue(study, pair), begins, day))


async def streak(database: Database, study: Study) -> Row:
    """The streak alone, for somebody without a language pair."""
    return _only(await database.row(STREAK, *streak_arguments(study.owner_id, study.settings, study.today)))


async def counts(database: Database, study: Study, pair: Pair) -> Row:
    """What is to be asked now, by kind, and what the day's limits still allow."""
    return _only(await database.row(DUE_COUNTS, *_queue(study, pair)))


async def next_cards(database: Database, study: Study, pair: Pair, limit: int) -> list[Row]:
    """The cards at the head of the queue with all that is shown of them, in the order in which they are asked."""
    return await database.rows(NEXT, *_queue(study, pair), limit, pair.native_language)


def _queue(study: Study, pair: Pair) -> tuple[object, ...]:
    return queue_arguments(study.owner_id, pair.id, study.settings, study.now)


def _only(row: Row | None) -> Row:
    if row is None:
        message = "an aggregate without groups has one row"
        raise AssertionError(message)
    return row
