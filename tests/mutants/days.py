"""Guards of streaks, frozen days and numbers a day, of speaking, of an app's values, and of room on the disk."""

from tests.mutants.mutant import Mutant

FROZEN = ("tests/integration/api/learning/test_freeze_days.py",)
GAPS = ("tests/integration/api/screens/test_learner_screens.py::test_the_streak_is_counted_in_days_without_a_gap",)
NUMBERS = ("tests/integration/api/learning/test_analytics.py",)
SPEAKING = ("tests/integration/api/speaking/test_sessions.py",)
SPOKEN = ("tests/integration/tts/test_speak_sentence.py",)
VALUES = ("tests/integration/api/config/test_config.py",)
LEAVING = ("tests/integration/api/accounts/test_deleted_meanwhile.py",)
UPLOADS = ("tests/integration/api/imports/test_imports.py",)
DECKS = ("tests/integration/nlp/test_deck_import.py",)
ANSWERED = "undone_at IS NULL AND source <> 'import'"
OLD_GAP = f"        AND {ANSWERED})\n  ORDER BY day.place"


def _day(name: str, file: str, old: str, new: str, tests: tuple[str, ...] = FROZEN) -> Mutant:
    return Mutant(f"days: {name}", file, old, new, tests)


STREAK, FREEZING = "shared/learning/streak.py", "services/api/learning/freeze_days.py"
ANALYTICS = "services/api/learning/analytics_queries.py"
STUDY_DAYS = (
    _day(
        "what was taken back is studied", STREAK, OLD_GAP, "        AND source <> 'import')\n  ORDER BY day.place", GAPS
    ),
    _day("what was imported is studied", STREAK, OLD_GAP, "        AND undone_at IS NULL)\n  ORDER BY day.place"),
    _day("frozen days count", STREAK, "gap.place - 2 - passed.days +", "gap.place - 2 +"),
    _day(
        "anybody's frozen days save a streak",
        STREAK,
        "WHERE off.owner_id = $1 AND off.day > $4::date - cardinality",
        "WHERE $1::uuid IS NOT NULL AND off.day > $4::date - cardinality",
    ),
    _day("any day is frozen", FREEZING, "if not today - BACK <= day <= today + AHEAD:", "if False:"),
    _day("days are frozen without end", FREEZING, 'found["days"] > MOST_OPEN:', "False:"),
    _day("too many at once", FREEZING, "    connection.execute(LOCK, (owner_id,))  #", "    #"),
    _day(
        "anybody thaws a day",
        FREEZING,
        "FROM freeze_days WHERE owner_id = $1 AND day = $2",
        "FROM freeze_days WHERE $1::uuid IS NOT NULL AND day = $2",
    ),
    _day(
        "answers of everybody",
        ANALYTICS,
        "WHERE review.owner_id = $1 AND review.reviewed_at >=",
        "WHERE $1::uuid IS NOT NULL AND review.reviewed_at >=",
        ("tests/integration/api/learning/test_whose_numbers.py",),
    ),
    _day("answers that were taken back", ANALYTICS, "AND review.undone_at IS NULL AND", "AND", NUMBERS),
    _day(
        "words of everybody",
        ANALYTICS,
        "WHERE owner_id = $1 AND ($2::uuid IS NULL OR pair_id = $2)",
        "WHERE ($2::uuid IS NULL OR pair_id = $2)",
        NUMBERS,
    ),
    _day("what was undone tells states", ANALYTICS, "      AND later.undone_at IS NULL\n", "", NUMBERS),
)
SAYING = (
    _day(
        "anybody's sentence is spoken",
        "services/api/speaking/queries.py",
        "WHERE sentence.id = $3 AND {VISIBLE}",
        "WHERE sentence.id = $3",
        SPEAKING,
    ),
    _day(
        "anybody ends a speaking session",
        "services/api/speaking/queries.py",
        "FROM speaking_sessions WHERE id = $1 AND owner_id = $2",
        "FROM speaking_sessions WHERE id = $1 AND $2::uuid IS NOT NULL",
        SPEAKING,
    ),
    _day(
        "a new text sounds like the old one",
        "shared/lexicon/spoken.py",
        "WHERE id = $1 AND text = $2 AND",
        "WHERE id = $1 AND $2::text IS NOT NULL AND",
        SPOKEN,
    ),
    _day("the last of two voices stays", "shared/lexicon/spoken.py", " AND audio ->> 'key' IS NULL", "", SPOKEN),
)
KEEPING = (
    _day(
        "secret values are public",
        "services/api/config/values.py",
        "FROM config_values WHERE public ORDER",
        "FROM config_values ORDER",
        VALUES,
    ),
    _day("everybody changes values", "services/api/admin/config.py", "    opt = ADMIN\n", "", VALUES),
    _day(
        "files beyond one's room", "services/api/imports/uploads.py", "size > min(most, room)", "size > most", UPLOADS
    ),
    _day(
        "media beyond one's room",
        "services/nlp/imports/deck_import.py",
        "        require_room(connection, owner)\n",
        "        pass\n",
        DECKS,
    ),
    _day(
        "jobs of the same moment belong to nobody",
        "services/api/accounts/erasure.py",
        "    _require_none(connection, LEFT, account_id)\n",
        "",
        LEAVING,
    ),
)
DAYS = (*STUDY_DAYS, *SAYING, *KEEPING)
