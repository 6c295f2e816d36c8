"""Guards of reports, sentences and quizzes."""

from tests.mutants.mutant import Mutant

SENTENCES = ("tests/integration/api/sentences/test_sentences.py",)
REPORTS = ("tests/integration/api/reports/test_reports.py",)
QUIZZES = ("tests/integration/api/quizzes/test_quizzes.py",)
OWNED = "tests/security/test_idor.py::test_only_the_owner_gets_in[{}]"


def _api(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"contributions: {name}", f"services/api/{file}.py", old, new, tests)


def _owned(name: str, file: str, old: str, new: str, route: str) -> Mutant:
    return _api(name, file, old, new, (OWNED.format(route),))


def _shared(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"contributions: {name}", f"shared/lexicon/{file}.py", old, new, tests)


REPORTED = (
    _shared("one learner hides a word", "reports", ">= ENOUGH:", ">= 1:", REPORTS),
    _shared("nothing is ever hidden", "reports", ">= ENOUGH:", "> ENOUGH:", REPORTS),
    _shared("one learner counts often", "reports", "    if mine is not None:\n", "    if False:\n", REPORTS),
    _shared(
        "everybody's report is mine",
        "reports",
        "WHERE owner_id = $1 AND item = $2",
        "WHERE $1::uuid IS NOT NULL AND item = $2",
        REPORTS,
    ),
    _shared(
        "own words are reported",
        "reports",
        "AND owner_id IS NULL AND hidden_at IS NULL FOR NO KEY UPDATE",
        "AND hidden_at IS NULL FOR NO KEY UPDATE",
        REPORTS,
    ),
    _shared(
        "two at once do not see each other",
        "reports",
        "owner_id IS NULL AND hidden_at IS NULL FOR NO KEY UPDATE",
        "owner_id IS NULL AND hidden_at IS NULL",
        REPORTS,
    ),
    _shared(
        "what is settled counts",
        "reports",
        'WHERE item = $1 AND item_id = $2 AND settled_at IS NULL"\nSETTLE',
        'WHERE item = $1 AND item_id = $2"\nSETTLE',
        REPORTS,
    ),
    _shared("what was removed is shown", "reports", 'if action != "removed":', "if True:", REPORTS),
    _api(
        "learners settle",
        "admin/reports",
        "    opt = ADMIN\n",
        "",
        (OWNED.format("POST /api/admin/reports/{item}/{item_id}/settle"),),
    ),
)
SAID = (
    _api(
        "unpublished sentences are read",
        "sentences/queries",
        "sentence.status = 'published' AND sentence.hidden_at IS NULL OR",
        "sentence.hidden_at IS NULL OR",
        SENTENCES,
    ),
    _api(
        "hidden sentences are read",
        "sentences/queries",
        "sentence.status = 'published' AND sentence.hidden_at IS NULL OR",
        "sentence.status = 'published' OR",
        SENTENCES,
    ),
    _api(
        "unpublished sentences are listed",
        "sentences/routes",
        "sentence.status = 'published' AND sentence.hidden_at IS NULL",
        "sentence.hidden_at IS NULL",
        SENTENCES,
    ),
    _api(
        "learners publish",
        "sentences/actions",
        'status="published" if admin else "in_review"',
        'status="published"',
        SENTENCES,
    ),
    _shared("decided twice", "sentences", 'if row["status"] != "in_review":', "if False:", SENTENCES),
    _shared(
        "decides about what others linked",
        "sentences",
        " AND contributor_id IS NOT DISTINCT FROM $3",
        " AND ($3::uuid IS NULL OR true)",
        SENTENCES,
    ),
    _shared("an id counts twice", "sentences", " ON CONFLICT (source, source_id) DO NOTHING", "", SENTENCES),
)
ASKED = (
    _api("a quiz is scored twice", "quizzes/queries", "AND answered_at IS NULL RETURNING", "RETURNING", QUIZZES),
    _owned(
        "anybody's quiz",
        "quizzes/queries",
        "FROM quizzes WHERE id = $1 AND owner_id = $2",
        "FROM quizzes WHERE id = $1 AND $2::uuid IS NOT NULL",
        "GET /api/vocabulary/quizzes/{quiz_id}",
    ),
    _api("everybody's quizzes", "quizzes/queries", '"quizzes.owner_id = {}"', '"{}::uuid IS NOT NULL"', QUIZZES),
    _api("solutions before the answers", "quizzes/views", "solution=None,", "solution=question.solution,", QUIZZES),
    _api("hidden words are asked", "quizzes/queries", "  AND word.hidden_at IS NULL AND ($3", "  AND ($3", QUIZZES),
    _api(
        "own words of others are choices",
        "quizzes/queries",
        "AND word.owner_id IS NULL AND word.hidden_at IS NULL\n",
        "AND word.hidden_at IS NULL\n",
        QUIZZES,
    ),
    _api(
        "two slips are forgiven",
        "quizzes/scoring",
        "slips = 1 if",
        "slips = 2 if",
        ("tests/unit/api/quizzes/test_scoring.py",),
    ),
)
CONTRIBUTIONS = (*REPORTED, *SAID, *ASKED)
