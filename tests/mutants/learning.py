"""Guards of what learners answer, of what they are asked, and of how they study."""

from tests.mutants.mutant import Mutant

APART = ("tests/integration/learning/test_owners.py",)
ENTERED = ("tests/integration/learning/test_reviews.py", *APART)
FOLD = ("tests/unit/learning/test_scheduling.py",)
DAYS = ("tests/unit/learning/test_settings.py",)
ASKED = ("tests/integration/api/learning/test_queue.py", *APART)
ANSWERED = ("tests/integration/api/learning/test_review_routes.py",)
COUNTED = ("tests/integration/api/learning/test_stats.py",)
SITTINGS = ("tests/integration/api/flashcards/test_sessions.py",)
CARDS = ("tests/integration/api/flashcards/test_cards.py",)
FITTED = ("tests/integration/api/fitting/test_fit.py",)
OWNED = "tests/security/test_idor.py::test_only_the_owner_gets_in[{}]"


def _review(name: str, old: str, new: str) -> Mutant:
    return Mutant(f"reviews: {name}", "shared/learning/reviews.py", old, new, ENTERED)


def _row(name: str, old: str, new: str) -> Mutant:
    return Mutant(f"reviews: {name}", "shared/learning/review_rows.py", old, new, ENTERED)


def _queue(name: str, old: str, new: str) -> Mutant:
    return Mutant(f"queue: {name}", "shared/learning/queue.py", old, new, ASKED)


def _api(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"learning: {name}", f"services/api/{file}", old, new, tests)


def _owned(name: str, file: str, old: str, new: str, route: str) -> Mutant:
    return _api(name, file, old, new, (OWNED.format(route),))


REVIEWS = (
    _review(
        "answers of the future are stored",
        "if event.card_id in cards and event.reviewed_at <= now + AHEAD]",
        "if event.card_id in cards]",
    ),
    _review("answers of the future are conflicts", "if event.reviewed_at > now + AHEAD:", "if False:"),
    _review(
        "another answer with the id is the same",
        'return "duplicate" if known.get(event.id) == said else "conflict"',
        'return "duplicate"',
    ),
    _review("twice in a batch", "if accepted.get(event.id) is event:", "if event.id in accepted:"),
    _review(
        "late answers go on top",
        "return last is not None and min(event.reviewed_at for event in events) <= last",
        "return last is not None and False",
    ),
    _review("imported answers are taken back", " AND source <> 'import' AND id =\"", ' AND id ="'),
    _review("any answer is taken back", "ORDER BY reviewed_at DESC, id DESC LIMIT 1", "ORDER BY id = $2 DESC LIMIT 1"),
    _review(
        "taken back twice is a mistake",
        "if connection.execute(_UNDONE, (owner_id, review_id)).fetchone() is not None:",
        "if False:",
    ),
    _review("a leech wakes what the learner suspended", 'if card.suspended == "asked":', "if False:"),
    _review("leeches are one lapse late", "if memory.lapses < leech_lapses:", "if memory.lapses <= leech_lapses:"),
    _review("leeches cannot be taken up again", " or memory.lapses > card.memory.lapses else", " or True else"),
    _row("an answer counts twice", "AS event ON CONFLICT DO NOTHING RETURNING id", "AS event RETURNING id"),
    _row(
        "anybody's cards",
        "created_at FROM cards WHERE owner_id = $1 AND",
        "created_at FROM cards WHERE $1::uuid IS NOT NULL AND",
    ),
    _row(
        "cards are not held",
        "AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE",
        "AND id = ANY($2::uuid[]) ORDER BY id",
    ),
    _row(
        "anybody's answer has the id",
        "duration_ms FROM reviews WHERE owner_id = $1 AND",
        "duration_ms FROM reviews WHERE $1::uuid IS NOT NULL AND",
    ),
    _row(
        "what was taken back counts",
        "review.card_id = ANY($2::uuid[]) AND review.undone_at IS NULL",
        "review.card_id = ANY($2::uuid[])",
    ),
    _row("what was imported counts twice", "(card.imported IS NULL OR", "(true OR"),
    _row(
        "known words are learnt again",
        "WHERE owner_id = $1 AND status = 'new' AND id = ANY",
        "WHERE owner_id = $1 AND id = ANY",
    ),
    Mutant(
        "reviews: the order of arrival",
        "shared/learning/scheduling.py",
        "in sorted(reviews, key=lambda review: (review.reviewed_at, review.id)):",
        "in reviews:",
        FOLD,
    ),
    Mutant(
        "reviews: the order of arrival within a moment",
        "shared/learning/scheduling.py",
        "key=lambda review: (review.reviewed_at, review.id)",
        "key=lambda review: review.reviewed_at",
        FOLD,
    ),
    Mutant(
        "reviews: what is being learnt can lapse",
        "shared/learning/scheduling.py",
        "(memory.state == State.Review and review.rating == Rating.Again)",
        "(review.rating == Rating.Again)",
        FOLD,
    ),
    Mutant(
        "reviews: days begin at midnight",
        "shared/learning/settings.py",
        " - timedelta(hours=self.day_starts_at)",
        "",
        DAYS,
    ),
    Mutant(
        "reviews: everybody's days are those of UTC",
        "shared/learning/settings.py",
        "(moment.astimezone(ZoneInfo(self.time_zone))",
        "(moment.astimezone(UTC)",
        DAYS,
    ),
)
QUEUE = (
    _queue(
        "others use the day up",
        "WHERE review.owner_id = $1 AND review.reviewed_at >= $4",
        "WHERE review.reviewed_at >= $4",
    ),
    _queue("new words without end", "OR kind = 'new' AND place <= left_today.new", "OR kind = 'new'"),
    _queue("reviews without end", "OR kind = 'review' AND place <= left_today.reviews", "OR kind = 'review'"),
    _queue("what was taken back uses the day up", "AND review.undone_at IS NULL AND", "AND"),
    _queue(
        "imports use the day up",
        "AND review.undone_at IS NULL AND review.source <> 'import'",
        "AND review.undone_at IS NULL",
    ),
    _queue("due siblings of what was answered", "answered.card_id <> due.id)", "false)"),
    _queue(
        "new siblings of what is due",
        "    AND coalesce(card.entry_id, card.sentence_id) NOT IN (SELECT item FROM due)\n",
        "",
    ),
    _queue(
        "new siblings of what was answered",
        "    AND coalesce(card.entry_id, card.sentence_id) NOT IN (SELECT item FROM answered)\n",
        "",
    ),
    _queue("two due cards of a word", "SELECT DISTINCT ON (item) id,", "SELECT id,"),
    _queue(
        "hidden words and sentences are due",
        "    AND coalesce(entry_id, sentence_id) NOT IN (SELECT item FROM hidden)\n",
        "",
    ),
    _queue(
        "hidden words and sentences are new",
        "    AND coalesce(card.entry_id, card.sentence_id) NOT IN (SELECT item FROM hidden)\n",
        "",
    ),
    _queue("hidden sentences", "AND card.sentence_id IS NOT NULL AND sentence.hidden_at IS NOT NULL", "AND false"),
    _queue("learning cards come early", "state = 2 OR due <= $3 AS ready", "true AS ready"),
    _queue("reviews wait for their minute", "state = 2 OR due <= $3 AS ready", "due <= $3 AS ready"),
    _queue("suspended cards are due", "AND suspended IS NULL AND state > 0 AND due", "AND state > 0 AND due"),
    _queue("the surest first", "/ (stability * 86400)", "* stability"),
)
ROUTES = (
    _api(
        "answers from before all clocks", "learning/actions.py", "if order.reviewed_at < EARLIEST", "if False", ANSWERED
    ),
    _api(
        "numbers of everybody",
        "learning/queries.py",
        "WHERE owner_id = $1 AND reviewed_at >= $2",
        "WHERE $1::uuid IS NOT NULL AND reviewed_at >= $2",
        COUNTED,
    ),
    _api(
        "cards of everybody are counted",
        "learning/queries.py",
        "WHERE owner_id = $1 AND ($2::uuid IS NULL",
        "WHERE $1::uuid IS NOT NULL AND ($2::uuid IS NULL",
        COUNTED,
    ),
    _api(
        "anybody's pair",
        "learning/queries.py",
        "FROM language_pairs WHERE owner_id = $1 AND CASE",
        "FROM language_pairs WHERE $1::uuid IS NOT NULL AND CASE",
        ASKED,
    ),
    _owned(
        "anybody's card in the words of SM-2",
        "learning/queries.py",
        "FROM cards WHERE owner_id = $1 AND id = $2",
        "FROM cards WHERE $1::uuid IS NOT NULL AND id = $2",
        "GET /api/learning/sm2/{card_id}",
    ),
    _owned(
        "anybody's card",
        "learning/cards.py",
        '"card.owner_id = {}"',
        '"{}::uuid IS NOT NULL"',
        "GET /api/flashcards/{card_id}",
    ),
    _owned(
        "anybody deletes a card",
        "flashcards/actions.py",
        "DELETE FROM cards WHERE id = $1 AND owner_id = $2",
        "DELETE FROM cards WHERE id = $1 AND $2::uuid IS NOT NULL",
        "DELETE /api/flashcards/{card_id}",
    ),
    _owned(
        "anybody suspends a card",
        "flashcards/actions.py",
        "coalesce(suspended, 'asked') WHERE id = $1 AND owner_id = $2",
        "coalesce(suspended, 'asked') WHERE id = $1 AND $2::uuid IS NOT NULL",
        "POST /api/flashcards/{card_id}/suspend",
    ),
    _api(
        "anybody takes a card up again",
        "flashcards/actions.py",
        "suspended = NULL WHERE id = $1 AND owner_id = $2",
        "suspended = NULL WHERE id = $1 AND $2::uuid IS NOT NULL",
        ("tests/integration/api/flashcards/test_strangers.py",),
    ),
    _api("a leech forgets what it is", "flashcards/actions.py", "coalesce(suspended, 'asked')", "'asked'", CARDS),
    _owned(
        "anybody's sitting",
        "flashcards/sessions.py",
        "ended_at FROM study_sessions WHERE id = $1 AND owner_id = $2",
        "ended_at FROM study_sessions WHERE id = $1 AND $2::uuid IS NOT NULL",
        "GET /api/flashcards/sessions/{session_id}",
    ),
    _owned(
        "anybody ends a sitting",
        "flashcards/sessions.py",
        "coalesce(ended_at, $3) WHERE id = $1 AND owner_id = $2",
        "coalesce(ended_at, $3) WHERE id = $1 AND $2::uuid IS NOT NULL",
        "POST /api/flashcards/sessions/{session_id}/end",
    ),
    _api(
        "answers of another sitting",
        "flashcards/sessions.py",
        "AND reviewed_at >= $3 AND",
        "AND $3::timestamptz IS NOT NULL AND",
        SITTINGS,
    ),
    _api("sittings never end", "flashcards/sessions.py", "if session.ended_at is not None:", "if False:", SITTINGS),
    _api("cards of no sitting", "flashcards/sessions.py", "if card_id not in session.cards:", "if False:", SITTINGS),
    _api("fits to next to nothing", "fitting/routes.py", "if reason is not None:", "if False:", FITTED),
    Mutant(
        "learning: fits to everybody's number of answers",
        "shared/learning/fitting.py",
        "  FROM reviews WHERE owner_id = $1 AND",
        "  FROM reviews WHERE $1::uuid IS NOT NULL AND",
        FITTED,
    ),
    Mutant(
        "learning: fits to everybody's answers",
        "shared/learning/fitting.py",
        "rating, reviewed_at FROM reviews WHERE owner_id = $1 AND",
        "rating, reviewed_at FROM reviews WHERE $1::uuid IS NOT NULL AND",
        APART,
    ),
    Mutant(
        "learning: fits to what was taken back",
        "shared/learning/fitting.py",
        "rating, reviewed_at FROM reviews WHERE owner_id = $1 AND undone_at IS NULL",
        "rating, reviewed_at FROM reviews WHERE owner_id = $1",
        APART,
    ),
    Mutant(
        "learning: the worker fits to next to nothing",
        "services/nlp/fitting.py",
        "    if reason is not None:",
        "    if False:",
        ("tests/unit/nlp/test_fitting.py",),
    ),
)
LEARNING = (*REVIEWS, *QUEUE, *ROUTES)
