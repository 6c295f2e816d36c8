"""What a learner is to be asked today, as SQL: within the day's limits, no two cards of one word on a day.

Nothing is asked about a word or sentence that is hidden because it was reported, nor about a word of which nothing says
what it means in the language that the learner knows.
Learning cards first (they are due to the minute), then reviews, those that are most likely forgotten first, then new
ones in the order in which they were made. A review is due all of the learner's day. The screens count with the same
statement, so no number differs.
"""

from datetime import datetime, timedelta
from uuid import UUID

from shared.learning.cards import MEANS_SOMETHING
from shared.learning.settings import StudySettings

# $1 owner, $2 pair, $3 now, $4 and $5 begin and end of the learner's day, $6 new and $7 reviews a day.
# The odds of having forgotten grow with elapsed / stability whatever the weights, so FSRS's formula is not needed.
_TODAY = f"""
WITH answered AS MATERIALIZED (
  SELECT review.card_id, coalesce(card.entry_id, card.sentence_id) AS item, review.state_before
  FROM reviews AS review JOIN cards AS card ON card.id = review.card_id
  WHERE review.owner_id = $1 AND review.reviewed_at >= $4 AND review.reviewed_at < $5
    AND review.undone_at IS NULL AND review.source <> 'import'
), left_today AS (
  SELECT greatest(0, $6::bigint - count(*) FILTER (WHERE state_before = 0)) AS new,
         greatest(0, $7::bigint - count(*) FILTER (WHERE state_before = 2)) AS reviews
  FROM answered
), hidden AS MATERIALIZED (
  SELECT entry.id AS item FROM words AS word JOIN word_bank AS entry ON entry.word_id = word.id
  WHERE word.hidden_at IS NOT NULL AND entry.owner_id = $1
  UNION ALL SELECT sentence.id FROM cards AS card JOIN sentences AS sentence ON sentence.id = card.sentence_id
  WHERE card.owner_id = $1 AND card.sentence_id IS NOT NULL AND sentence.hidden_at IS NOT NULL
), due AS (
  SELECT id, coalesce(entry_id, sentence_id) AS item, CASE WHEN state = 2 THEN 'review' ELSE 'learning' END AS kind,
         CASE WHEN state = 2 THEN extract(epoch FROM $3::timestamptz - last_review) / (stability * 86400)
              ELSE extract(epoch FROM $3::timestamptz - due) END::double precision AS urgency,
         state = 2 OR due <= $3 AS ready
  FROM cards AS card
  WHERE owner_id = $1 AND pair_id = $2 AND suspended IS NULL AND state > 0 AND due < $5
    AND coalesce(entry_id, sentence_id) NOT IN (SELECT item FROM hidden)
    AND {MEANS_SOMETHING}
), fresh AS (
  SELECT card.id, coalesce(card.entry_id, card.sentence_id) AS item, 'new' AS kind, 0::double precision AS urgency
  FROM cards AS card
  WHERE owner_id = $1 AND pair_id = $2 AND suspended IS NULL AND state = 0
    AND coalesce(card.entry_id, card.sentence_id) NOT IN (SELECT item FROM hidden)
    AND {MEANS_SOMETHING}
    AND coalesce(card.entry_id, card.sentence_id) NOT IN (SELECT item FROM due)
    AND coalesce(card.entry_id, card.sentence_id) NOT IN (SELECT item FROM answered)
  ORDER BY card.id
  LIMIT 2 * (SELECT new FROM left_today)
), possible AS (
  SELECT id, item, kind, urgency FROM due WHERE ready AND NOT EXISTS (
    SELECT FROM answered WHERE answered.item = due.item AND answered.card_id <> due.id)
  UNION ALL
  SELECT id, item, kind, urgency FROM fresh
), one_an_item AS (
  SELECT DISTINCT ON (item) id, kind, urgency FROM possible ORDER BY item, kind, urgency DESC, id
), placed AS (
  SELECT id, kind, urgency, row_number() OVER (PARTITION BY kind ORDER BY urgency DESC, id) AS place FROM one_an_item
), today AS (
  SELECT placed.id, placed.kind, placed.place FROM placed, left_today
  WHERE kind = 'learning' OR kind = 'review' AND place <= left_today.reviews
     OR kind = 'new' AND place <= left_today.new
)
"""  # noqa: S608 - our own text
IN_ORDER = "array_position(ARRAY['learning', 'review', 'new'], today.kind), today.place"
TODAY = f"""{_TODAY}
SELECT today.id, today.kind, today.place FROM today ORDER BY {IN_ORDER} LIMIT $8
"""  # noqa: S608 - our own text
"""Ids and kinds (`learning`, `review`, `new`) of the first $8 cards, in the order in which they are asked."""
DUE_COUNTS = f"""{_TODAY}
SELECT count(*) FILTER (WHERE kind = 'learning') AS learning, count(*) FILTER (WHERE kind = 'review') AS review,
       count(*) FILTER (WHERE kind = 'new') AS new,
       (SELECT new FROM left_today) AS new_left, (SELECT reviews FROM left_today) AS reviews_left
FROM today
"""  # noqa: S608 - our own text
"""One row: how many cards are to be asked now, by kind, and how many more the day's limits allow."""


def queue_arguments(owner_id: UUID, pair_id: UUID, settings: StudySettings, now: datetime) -> tuple[object, ...]:
    """$1 to $7 of `TODAY` and `DUE_COUNTS`."""
    begins, ends = today(settings, now)
    return owner_id, pair_id, now, begins, ends, settings.new_per_day, settings.reviews_per_day


def today(settings: StudySettings, now: datetime) -> tuple[datetime, datetime]:
    """When the learner's day begins and ends."""
    day = settings.day(now)
    return settings.begin(day), settings.begin(day + timedelta(days=1))
