"""Guards of the word bank and of its cards."""

from tests.mutants.mutant import Mutant

ADDING = ("tests/integration/api/vocab/test_adding.py",)
CHANGES = ("tests/integration/api/vocab/test_changes.py",)
ONE_ENTRY = ("tests/integration/api/vocab/test_one_entry.py",)
MET = ("tests/integration/api/vocab/test_article_words.py",)
MOMENT = ("tests/integration/api/vocab/test_same_moment.py",)
WORDS_IN = ("tests/integration/nlp/test_word_import.py",)
CARDS = ("tests/integration/api/flashcards/test_cards.py",)
OWNED = "tests/security/test_idor.py::test_only_the_owner_gets_in[{}]"


def _bank(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"bank: {name}", f"shared/learning/{file}.py", old, new, tests)


def _api(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"bank: {name}", f"services/api/{file}.py", old, new, tests)


BANK = (
    _bank(
        "a word twice at once fails",
        "bank",
        "$9::jsonb, $10) ON CONFLICT DO NOTHING RETURNING",
        "$9::jsonb, $10) RETURNING",
        ADDING,
    ),
    _bank(
        "anybody's bank",
        "pairs",
        "WHERE id = $1 AND owner_id = $2 FOR KEY SHARE",
        "WHERE id = $1 AND $2::uuid IS NOT NULL FOR KEY SHARE",
        WORDS_IN,
    ),
    _bank("pairs vanish under words", "pairs", "owner_id = $2 FOR KEY SHARE", "owner_id = $2", MOMENT),
    _bank("hidden words are chosen", "bank", "AND language = $2 AND hidden_at IS NULL", "AND language = $2", ADDING),
    _bank("anybody's own word", "bank", "(owner_id IS NULL OR owner_id = $3)", "($3::uuid IS NOT NULL)", ADDING),
    _bank("a meaning is guessed", "bank", "several = len(found) > 1", "several = False", ADDING),
    _bank("the last meeting counts", "bank", "WHERE id = $1 AND met IS NULL", "WHERE id = $1", MET),
    _bank(
        "asks again for a meaning",
        "bank",
        "word_id = ANY($3::uuid[]) OR word_id IS NULL",
        "$3::uuid[] IS NULL OR word_id IS NULL",
        ADDING,
    ),
    _bank(
        "anybody's entry is changed",
        "entries",
        "WHERE entry.id = $1 AND entry.owner_id = $2 FOR",
        "WHERE entry.id = $1 AND $2::uuid IS NOT NULL FOR",
        (OWNED.format("PATCH /api/vocab/entries/{entry_id}"),),
    ),
    _bank(
        "anybody's entry is deleted",
        "entries",
        "DELETE FROM word_bank WHERE id = $1 AND owner_id = $2",
        "DELETE FROM word_bank WHERE id = $1 AND $2::uuid IS NOT NULL",
        (OWNED.format("DELETE /api/vocab/entries/{entry_id}"),),
    ),
    _bank("resting makes leeches ordinary", "entries", "owner_id = $2 AND suspended IS NULL", "owner_id = $2", CHANGES),
    _bank("leeches wake with their word", "entries", "owner_id = $2 AND suspended = 'asked'", "owner_id = $2", CHANGES),
    _bank(
        "everybody's words are deleted",
        "own_words",
        "AND owner_id = $2\n  AND NOT EXISTS",
        "AND $2::uuid IS NOT NULL\n  AND NOT EXISTS",
        CHANGES,
    ),
    _bank(
        "own words of a bank are deleted",
        "own_words",
        "  AND NOT EXISTS (SELECT FROM word_bank WHERE word_id = words.id)\n",
        "",
        CHANGES,
    ),
    _bank("words are deleted while they are added", "own_words", " ORDER BY id FOR UPDATE", "", MOMENT),
    _bank(
        "everybody's words are translated by one",
        "own_words",
        'WHERE id = $1 AND owner_id = $2\n"""',
        'WHERE id = $1 AND $2::uuid IS NOT NULL\n"""',
        CHANGES,
    ),
    _bank(
        "cards of what is not to be learnt",
        "cards",
        "AND entry.status IN ('new', 'learning')",
        "",
        ("tests/integration/api/packs/test_packs.py",),
    ),
    _bank(
        "anybody's entries get cards",
        "cards",
        "WHERE entry.owner_id = $4 AND",
        "WHERE $4::uuid IS NOT NULL AND",
        ("tests/integration/learning/test_cards.py",),
    ),
    _api(
        "cards of anybody's entries",
        "flashcards/actions",
        "FROM word_bank WHERE owner_id = $1 AND id = ANY",
        "FROM word_bank WHERE $1::uuid IS NOT NULL AND id = ANY",
        CARDS,
    ),
    _api(
        "anybody's entry is read",
        "vocab/queries",
        '"entry.owner_id = {}"',
        '"{}::uuid IS NOT NULL"',
        (OWNED.format("GET /api/vocab/entries/{entry_id}"),),
    ),
    _api(
        "own words are offered for own ones",
        "vocab/queries",
        "whose = owner_id if chosen is None else None",
        "whose = owner_id",
        ONE_ENTRY,
    ),
    _bank(
        "an own word is chosen for another",
        "entries",
        "owner_id if own is None else None",
        "owner_id",
        ONE_ENTRY,
    ),
    _api(
        "words of anybody's article",
        "vocab/article_words",
        "WHERE article.id = $1 AND article.owner_id = $2",
        "WHERE article.id = $1 AND $2::uuid IS NOT NULL",
        MET,
    ),
)
