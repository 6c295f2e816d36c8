"""Guards of language pairs, of what is taken into the bank, of texts for a learner, and of leaving."""

from tests.mutants.mutant import Mutant

ADDING = ("tests/integration/api/vocab/test_adding.py",)
PAIRS = ("tests/integration/api/vocab/test_pairs.py", "tests/integration/learning/test_owners.py")
AT_ONCE = ("tests/integration/learning/test_pairs.py",)
WHOSE = ("tests/integration/api/vocab/test_whose_pair.py",)
TAKEN_IN = ("tests/integration/learning/test_card_intake.py",)
NAMED = ("tests/integration/api/analyses/test_detect.py", "tests/integration/api/packs/test_packs.py")
WORDS_IN = ("tests/integration/nlp/test_word_import.py",)
DECKS_IN = ("tests/integration/nlp/test_deck_import.py",)
DUE = ("tests/integration/learning/test_due_words.py",)
FITS = ("tests/integration/nlp/test_learner_tasks.py",)
OWNED = "tests/security/test_idor.py::test_only_the_owner_gets_in[{}]"


def _bank(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"learner: {name}", f"shared/learning/{file}.py", old, new, tests)


def _api(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"learner: {name}", f"services/api/{file}.py", old, new, tests)


LANGUAGES = (
    _bank("two active pairs", "pairs", "WHERE id = $1 FOR NO KEY UPDATE", "WHERE id = $1", AT_ONCE),
    _bank("a pair twice", "pairs", "ON CONFLICT (owner_id, language, native_language) DO NOTHING ", "", PAIRS),
    _bank(
        "everybody's pairs rest",
        "pairs",
        "active = false WHERE owner_id = $2 AND",
        "active = false WHERE $2::uuid IS NOT NULL AND",
        PAIRS,
    ),
    _bank(
        "anybody's pair is made active",
        "pairs",
        "active = true WHERE id = $1 AND owner_id = $2",
        "active = true WHERE id = $1 AND $2::uuid IS NOT NULL",
        (OWNED.format("PUT /api/vocab/pairs/{pair_id}/active"),),
    ),
    _bank(
        "anybody's pair is deleted",
        "pairs",
        "DELETE FROM language_pairs WHERE id = $1 AND owner_id = $2",
        "DELETE FROM language_pairs WHERE id = $1 AND $2::uuid IS NOT NULL",
        (OWNED.format("DELETE /api/vocab/pairs/{pair_id}"),),
    ),
    _bank("nobody follows the active pair", "pairs", "    connection.execute(SUCCEED, (owner_id,))\n", "", PAIRS),
    _bank("own words outlive their pair", "pairs", "    drop_unused(connection, owner_id, words)\n", "", PAIRS),
    _api(
        "pairs of everybody are listed",
        "vocab/pair_queries",
        '"owner_id = {}"',
        '"{}::uuid IS NOT NULL"',
        ("tests/security/test_idor.py::test_no_list_shows_anything_of_somebody_else",),
    ),
    _api(
        "anybody's pair of the language",
        "vocab/pair_queries",
        "WHERE owner_id = $1 AND language = $2",
        "WHERE $1::uuid IS NOT NULL AND language = $2",
        WHOSE,
    ),
    _api(
        "a pair of anybody's that is named",
        "pairs",
        "WHERE owner_id = $1 AND id = $2",
        "WHERE $1::uuid IS NOT NULL AND id = $2",
        NAMED,
    ),
    _api(
        "anybody's active pair",
        "pairs",
        "WHERE owner_id = $1 AND active",
        "WHERE $1::uuid IS NOT NULL AND active",
        ADDING,
    ),
)
CHOICES = ("tests/unit/learning/test_choices.py",)
ONE_ENTRY = ("tests/integration/api/vocab/test_one_entry.py",)
INTAKE = (
    Mutant(
        "learner: hidden words are taken in",
        "shared/lexicon/lookup.py",
        "WHERE hidden_at IS NULL AND (owner_id IS NULL",
        "WHERE (owner_id IS NULL",
        ONE_ENTRY,
    ),
    Mutant(
        "learner: own words of others are taken in",
        "shared/lexicon/lookup.py",
        "(owner_id IS NULL OR owner_id = $1)",
        "($1::uuid IS NOT NULL)",
        ONE_ENTRY,
    ),
    _bank(
        "another article is the same word", "choices", " and agree(language, one.article, other.article)", "", CHOICES
    ),
    _bank("what an own word had is lost", "choices", "list(known.get(choice.word_id, []))", "[]", CHOICES),
    _bank("what differs is forgotten", "choices", "if choice.differs else None", "if False else None", WORDS_IN),
    _bank(
        "what was reviewed here is lost",
        "card_intake",
        "excluded.state > 0 AND (cards.last_review IS NULL OR cards.last_review < excluded.last_review)",
        "excluded.state > 0",
        DECKS_IN,
    ),
    _bank(
        "imports wake nothing",
        "card_intake",
        "    connection.execute(LEARNING, (owner_id, sorted(learnt)))\n",
        "",
        TAKEN_IN,
    ),
    _bank(
        "reviews that come back count twice",
        "card_intake",
        "ours.reviewed_at < review.reviewed_at + interval '1 millisecond'",
        "false",
        TAKEN_IN,
    ),
)
FITS_THEM = (
    _bank("words that are due without end", "due_words", " LIMIT $7", " LIMIT $7 + 99", DUE),
    _bank("suspended words are due", "due_words", "AND card.suspended IS NULL", "", DUE),
    _bank("words that rest are due", "due_words", " AND entry.status IN ('new', 'learning') AND", " AND", DUE),
    _bank(
        "weak words are not met again",
        "due_words",
        "card.due <= $3 OR",
        "$6::float8 IS NULL OR card.due <= $3 OR false AND",
        DUE,
    ),
    _bank(
        "everybody's bank tells how hard a text is",
        "known_words",
        "WHERE owner_id = $1 AND pair_id = $2",
        "WHERE $1::uuid IS NOT NULL AND pair_id = $2",
        FITS,
    ),
    Mutant(
        "learner: anybody's article is looked through",
        "services/nlp/learner_tasks.py",
        "if article.owner_id != run.owner_id:",
        "if False:",
        FITS,
    ),
    Mutant(
        "learner: no text is too hard",
        "services/nlp/coverage.py",
        "if found.known_share >= found.least_known:",
        "if True:",
        ("tests/unit/nlp/test_coverage.py",),
    ),
    Mutant(
        "learner: words that were asked for are avoided",
        "services/nlp/coverage.py",
        "if lemma.lower() not in asked]",
        "if lemma]",
        ("tests/unit/nlp/test_coverage.py",),
    ),
    _api(
        "words of anybody's pair are due",
        "articles/learners",
        "WHERE owner_id = $1 AND language = $2",
        "WHERE $1::uuid IS NOT NULL AND language = $2",
        ("tests/integration/api/articles/test_due_words.py",),
    ),
    _api(
        "whole sentences are words to use",
        "articles/learners",
        "if len(word) <= MOST_WORD)",
        "if word)",
        ("tests/unit/api/articles/test_learners.py",),
    ),
)
LEAVING = (
    _api(
        "deleted accounts stay",
        "accounts/erasure",
        ', "DELETE FROM accounts WHERE id = $1")',
        ', "SELECT FROM accounts WHERE id = $1")',
        ("tests/integration/api/accounts/test_erasure.py",),
    ),
    _api(
        "jobs keep what was asked for",
        "accounts/erasure",
        "SET owner_id = $2, input = '{}', idempotency_key",
        "SET owner_id = $2, idempotency_key",
        ("tests/integration/api/accounts/test_erasure.py",),
    ),
    _api(
        "open jobs lose their owner",
        "accounts/erasure",
        "    _require_none(connection, OPEN, account_id)\n",
        "",
        ("tests/integration/api/accounts/test_erasure.py",),
    ),
)
LEARNERS = (*LANGUAGES, *INTAKE, *FITS_THEM, *LEAVING)
