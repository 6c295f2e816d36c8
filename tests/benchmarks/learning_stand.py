"""Many learners with many cards and reviews, made by Postgres itself, and the API over them.

All learners look alike: 2000 cards, two a word, of which 400 are learnt and 20 are due today; five answers a day. From
one measurement to the next the log of reviews grows and nothing else, so that a difference is the log's.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

import httpx
from limits.aio.storage import MemoryStorage

from services.api.auth import Caller, KeyRing, Plan, Scope, secret_hash
from services.api.database import Database
from services.api.limits.storage import Windows
from tests.support.api import NOW, TOKENS, KeysInMemory, application, client, lonely_resources, started
from tests.support.jobs import Engine

KEY = "pk_learner_{}"
TIRELESS = Plan("premium", 10_000_000, 10_000_000, 1000)
UNHURRIED = "SET statement_timeout = 0; SET transaction_timeout = 0"
UNCHECKED = "SET session_replication_role = replica"  # the rows made here are right: foreign keys need not look

# Ids rise with the numbers, as UUIDv7 do with time. Numbers of cards and reviews count learner by learner within one
# card: what belongs to one learner lies far apart, as it does in life. 10 000 is more than there are of anything.
MADE_ID = """
CREATE FUNCTION made_id(kind integer, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('00000000-0000-7000-' || 8000 + kind || '-' || lpad(to_hex(number), 12, '0'))::uuid
"""
ACCOUNTS = """
INSERT INTO accounts (id, name, plan) SELECT made_id(1, learner), 'learner', 'premium'
FROM generate_series(1, $1::integer) AS learner
"""
PAIRS = """
INSERT INTO language_pairs (id, owner_id, language, native_language, active)
SELECT made_id(2, learner), made_id(1, learner), 'de', 'en', true FROM generate_series(1, $1::integer) AS learner
"""
WORDS = """
INSERT INTO words (id, language, lemma, pos, folded, translations, source)
SELECT made_id(3, word), 'de', 'w' || word, 'NOUN', 'w' || word, '{"en": ["a word"]}', 'catalogue'
FROM generate_series(0, 999) AS word
"""
ENTRIES = """
INSERT INTO word_bank (id, owner_id, pair_id, word_id, lemma, pos, status)
SELECT made_id(4, word * 10000 + learner), made_id(1, learner), made_id(2, learner), made_id(3, word), 'w' || word,
       'NOUN', 'learning'
FROM generate_series(0, 999) AS word, generate_series(1, $1::integer) AS learner
"""
# The first 400 cards of a learner are learnt, twenty of them due on each of twenty days from now on.
CARDS = """
INSERT INTO cards (id, owner_id, pair_id, entry_id, direction, state, stability, difficulty, due, last_review, reviews)
SELECT made_id(5, card * 10000 + learner), made_id(1, learner), made_id(2, learner),
       made_id(4, card / 2 * 10000 + learner), CASE card % 2 WHEN 0 THEN 'recognition' ELSE 'production' END,
       CASE WHEN card < 400 THEN 2 ELSE 0 END, CASE WHEN card < 400 THEN 10 END, CASE WHEN card < 400 THEN 5 END,
       $2::timestamptz + card % 20 * interval '1 day',
       CASE WHEN card < 400 THEN $2::timestamptz - interval '10 days' END, CASE WHEN card < 400 THEN 3 ELSE 0 END
FROM generate_series(0, 1999) AS card, generate_series(1, $1::integer) AS learner
"""
# Five a day, backwards from today.
REVIEWS = """
INSERT INTO reviews (owner_id, id, card_id, rating, reviewed_at, state_before)
SELECT made_id(1, learner), made_id(6, number * 10000 + learner), made_id(5, number * 7 % 400 * 10000 + learner), 3,
       $2::timestamptz - number / 5 * interval '1 day' - number % 5 * interval '1 minute', 2
FROM generate_series($3::integer, $4::integer) AS number, generate_series(1, $1::integer) AS learner
"""


def learner_id(number: int) -> UUID:
    """The id of a learner, counted from 1."""
    return UUID(f"00000000-0000-7000-8001-{number:012x}")


def make_learners(engine: Engine, learners: int) -> None:
    """Learners with their words and cards, and nothing answered yet."""
    connection = engine.connection
    for statement in (UNHURRIED, UNCHECKED, MADE_ID, WORDS):
        connection.execute(statement)
    for statement in (ACCOUNTS, PAIRS, ENTRIES):
        connection.execute(statement, (learners,))
    connection.execute(CARDS, (learners, NOW))


def answer_more(engine: Engine, learners: int, first: int, last: int) -> None:
    """Reviews number `first` to `last` of each learner; the planner is told of them."""
    engine.connection.execute(REVIEWS, (learners, NOW, first, last))
    engine.connection.execute("VACUUM ANALYZE")


@asynccontextmanager
async def api_of(engine: Engine, learners: int) -> AsyncIterator[list[httpx.AsyncClient]]:
    """The API in this process, seen from each of the first learners; limits are counted in memory."""
    scopes = frozenset[Scope](("read", "write"))
    callers = {
        secret_hash(KEY.format(number)): Caller(
            owner_id=learner_id(number), key_id=learner_id(number), role="student", plan=TIRELESS, scopes=scopes
        )
        for number in range(1, learners + 1)
    }
    async with AsyncExitStack() as stack:
        database = Database(str(engine.database.conninfo))
        await database.open()
        stack.push_async_callback(database.close)
        ring = KeyRing(KeysInMemory(callers), TOKENS.read)
        windows = Windows(MemoryStorage())
        app = application(lonely_resources(database=database, engine=engine.database, key_ring=ring, windows=windows))
        await stack.enter_async_context(started(app))
        yield [await stack.enter_async_context(client(app, KEY.format(number))) for number in range(1, learners + 1)]
