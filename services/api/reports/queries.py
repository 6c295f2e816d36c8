"""Reported items in Postgres, as admins see them."""

import msgspec

from services.api.conditions import Conditions
from services.api.database import Database, Row
from services.api.paging import Cursor
from services.api.reports.schemas import ReasonCount, ReportedItem
from shared.lexicon.reports import Item

# Item ids are unique across tables, so one of them is a place to go on behind.
PAGE = """
SELECT open.*, coalesce(word.lemma, sentence.text, pack.title ->> 'en', pack.title ->> pack.language) AS text,
       coalesce(word.language, sentence.language, pack.language) AS language,
       coalesce(word.hidden_at, sentence.hidden_at) IS NOT NULL
         OR pack.id IS NOT NULL AND pack.published_at IS NULL AS hidden
FROM (
  SELECT item, item_id, sum(count)::integer AS reporters, min(first_at) AS first_at,
         json_agg(json_build_object('reason', reason, 'count', count) ORDER BY count DESC, reason) AS reasons
  FROM (
    SELECT item, item_id, reason, count(*) AS count, min(created_at) AS first_at
    FROM reports AS report WHERE {where} GROUP BY item, item_id, reason
  ) AS by_reason
  GROUP BY item, item_id HAVING sum(count) >= {least} ORDER BY item_id LIMIT {limit}
) AS open
LEFT JOIN words AS word ON open.item = 'word' AND word.id = open.item_id
LEFT JOIN sentences AS sentence ON open.item = 'sentence' AND sentence.id = open.item_id
LEFT JOIN packs AS pack ON open.item = 'pack' AND pack.id = open.item_id
ORDER BY open.item_id
"""
COMMENTS = """
SELECT item_id, comment FROM reports
WHERE item_id = ANY($1::uuid[]) AND settled_at IS NULL AND comment <> '' ORDER BY created_at, id
"""
MOST_COMMENTS = 20
"""That are shown of an item."""

_reasons = msgspec.json.Decoder(list[ReasonCount]).decode


async def reported_items(database: Database, item: Item | None, least: int, at: Cursor) -> list[ReportedItem]:
    """Items with at least so many open reports, in the order of their ids. Two statements."""
    conditions = Conditions()
    conditions.add("report.settled_at IS NULL")
    if item is not None:
        conditions.add("report.item = {}", item)
    if at.last is not None:
        conditions.add("report.item_id > {}", at.last)
    places = {"least": conditions.place(least), "limit": conditions.place(at.limit)}
    rows = await database.rows(PAGE.format(where=conditions.where, **places), *conditions.values)
    said = await database.rows(COMMENTS, [row["item_id"] for row in rows])
    return [_item(row, said) for row in rows]


def _item(row: Row, said: list[Row]) -> ReportedItem:
    comments = [each["comment"] for each in said if each["item_id"] == row["item_id"]]
    columns = dict(row.items())
    return ReportedItem(**{**columns, "reasons": _reasons(columns["reasons"]), "comments": comments[:MOST_COMMENTS]})
