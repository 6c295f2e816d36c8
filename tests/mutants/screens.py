"""Guards of a learner's screens, and of the tables below everything."""

from tests.mutants.mutant import Mutant

LEARNER = ("tests/integration/api/screens/test_learner_screens.py",)
WHOSE = ("tests/integration/api/screens/test_whose_screen.py",)
SHELVES = ("tests/integration/api/screens/test_shelves.py",)
SCHEMA = ("tests/integration/migrations/test_migrations.py",)
THIRD = "migrations/versions/20261121_0003_lexicon_and_learning.py"


def _screen(name: str, file: str, old: str, new: str, tests: tuple[str, ...] = LEARNER) -> Mutant:
    return Mutant(f"screen: {name}", f"services/api/screens/{file}.py", old, new, tests)


def _table(name: str, old: str, new: str) -> Mutant:
    return Mutant(f"tables: {name}", THIRD, old, new, SCHEMA)


SHOWN = (
    _screen("may be kept by others", "answers", '"private, no-cache"', '"public, max-age=60"'),
    _screen(
        "nothing is known already",
        "answers",
        "known_already(if_none_match, headers",
        "not known_already(if_none_match, headers",
    ),
    _screen(
        "asks Postgres often",
        "learner_routes",
        "study, database = await study_of(visit), visit.resources.database\n        pair = study.pair\n        counts",
        "study, database = await study_of(visit), visit.resources.database\n"
        "        for _ in range(3):\n            await study_of(visit)\n        pair = study.pair\n        counts",
    ),
    _screen("any pair is the active one", "study", " AND pair.active\n", "\n", (*LEARNER, *SHELVES)),
    _screen(
        "anybody's pair is shown",
        "study",
        "pair.owner_id = learner.owner_id AND",
        "learner.owner_id IS NOT NULL AND",
        WHOSE,
    ),
    _screen(
        "anybody's settings count",
        "study",
        "ON settings.owner_id = learner.owner_id",
        "ON learner.owner_id IS NOT NULL",
        WHOSE,
    ),
    _screen("drafts are shown", "shelf_queries", " AND pack.published_at IS NOT NULL", "", SHELVES),
    _screen("refused translations are shown", "today_queries", "AND translation.status = 'published' AND", "AND"),
    _screen(
        "hidden translations are shown",
        "today_queries",
        "AND translation.hidden_at IS NULL\n",
        "\n",
        ("tests/integration/api/screens/test_hidden_translations.py",),
    ),
)
TABLES = (
    _table(
        "two active pairs",
        '"uq_language_pairs_active", "language_pairs", ["owner_id"], unique=True, postgresql_where=sa.text("active")',
        '"uq_language_pairs_active", "language_pairs", ["owner_id"], unique=False, postgresql_where=sa.text("active")',
    ),
    _table(
        "no index for the answers of a day",
        '    op.create_index("ix_reviews_owner", "reviews", ["owner_id", "reviewed_at"], unique=False)\n',
        "",
    ),
)
SCREENS = (*SHOWN, *TABLES)
