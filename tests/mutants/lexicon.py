"""Guards of words, lists and packs, and of what is looked up."""

from tests.mutants.mutant import Mutant

WORDS = ("tests/integration/api/vocabulary/test_words.py",)
LISTS = ("tests/integration/api/vocabulary/test_lists.py",)
PROGRESS = ("tests/integration/api/vocabulary/test_progress.py",)
PACKS = ("tests/integration/api/packs/test_packs.py",)
PACKING = ("tests/integration/api/admin/test_admin_packs.py",)
LOADING = ("tests/integration/api/catalogue/test_loading.py",)
ANALYSES = ("tests/integration/api/analyses/test_analyze.py",)
LOOKED_UP = ("tests/integration/lexicon/test_analyses.py",)
PAID = ("tests/integration/generation/test_tasks.py",)
ENRICHED = ("tests/integration/nlp/test_enrichment.py",)
OWNED = "tests/security/test_idor.py::test_only_the_owner_gets_in[{}]"


def _api(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"lexicon: {name}", f"services/api/{file}.py", old, new, tests)


def _owned(name: str, file: str, old: str, new: str, route: str) -> Mutant:
    return _api(name, file, old, new, (OWNED.format(route),))


def _shared(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"lexicon: {name}", f"shared/lexicon/{file}.py", old, new, tests)


VOCABULARY = (
    _api(
        "anybody's own words",
        "vocabulary/word_rows",
        "(word.owner_id IS NULL OR word.owner_id = {})",
        "{}::uuid IS NOT NULL",
        WORDS,
    ),
    _api("hidden words", "vocabulary/word_rows", "word.hidden_at IS NULL AND (", "(", WORDS),
    _shared(
        "own words of others are found",
        "lookup",
        "(owner_id IS NULL OR owner_id = $1)",
        "($1::uuid IS NULL OR true)",
        ("tests/integration/api/vocab/test_whose_meaning.py",),
    ),
    _api(
        "everybody's words are replaced",
        "vocabulary/own_words",
        "owner_id = $2 AND (language = $3",
        "$2::uuid IS NOT NULL AND (language = $3",
        WORDS,
    ),
    _api(
        "everybody's words are deleted",
        "vocabulary/own_words",
        "owner_id = $2 AND NOT EXISTS",
        "$2::uuid IS NOT NULL AND NOT EXISTS",
        WORDS,
    ),
    _api(
        "words of the bank are deleted",
        "vocabulary/own_words",
        "owner_id = $2 AND NOT EXISTS (SELECT FROM word_bank WHERE word_id = $1)",
        "owner_id = $2",
        WORDS,
    ),
    _api(
        "words of the bank change their language",
        "vocabulary/own_words",
        "(language = $3 OR NOT EXISTS (SELECT FROM word_bank WHERE word_id = $1))",
        "true",
        WORDS,
    ),
    _api(
        "anybody's progress",
        "vocabulary/progress",
        "WHERE entry.owner_id = $1 AND entry.word_id = $2",
        "WHERE $1::uuid IS NOT NULL AND entry.word_id = $2",
        ("tests/integration/api/vocabulary/test_whose_progress.py",),
    ),
    _api(
        "words of the bank are recommended",
        "vocabulary/recommendations",
        "entry.word_id = word.id OR entry.word_id IS NULL",
        "entry.word_id IS NULL",
        PROGRESS,
    ),
)
LISTED = (
    _owned(
        "anybody changes a list",
        "vocabulary/list_actions",
        "WHERE id = $1 AND owner_id = $2\n",
        "WHERE id = $1 AND $2::uuid IS NOT NULL\n",
        "PATCH /api/vocabulary/lists/{list_id}",
    ),
    _owned(
        "anybody deletes a list",
        "vocabulary/list_actions",
        'FROM word_lists WHERE id = $1 AND owner_id = $2"\n#',
        'FROM word_lists WHERE id = $1 AND $2::uuid IS NOT NULL"\n#',
        "DELETE /api/vocabulary/lists/{list_id}",
    ),
    _owned(
        "anybody adds to a list",
        "vocabulary/list_actions",
        "owner_id = $2 FOR UPDATE",
        "$2::uuid IS NOT NULL FOR UPDATE",
        "POST /api/vocabulary/lists/{list_id}/words",
    ),
    _api(
        "anybody's own words are listed",
        "vocabulary/list_actions",
        "AND (owner_id IS NULL OR owner_id = $3)",
        "AND $3::uuid IS NOT NULL",
        LISTS,
    ),
    _api(
        "endless lists",
        "vocabulary/list_actions",
        'if size is not None and size["words"] > MOST_WORDS:',
        "if False:",
        LISTS,
    ),
    _api(
        "private lists are read",
        "vocabulary/list_queries",
        "(list.owner_id = {} OR list.public)",
        "{}::uuid IS NOT NULL",
        (OWNED.format("GET /api/vocabulary/lists/{list_id}"),),
    ),
    _api(
        "public lists show own words",
        "vocabulary/list_queries",
        "conditions.add(VISIBLE, caller_id)",
        'conditions.add("{}::uuid IS NOT NULL", caller_id)',
        LISTS,
    ),
    _api(
        "everybody's lists are mine",
        "vocabulary/list_queries",
        '"list.owner_id = {}"',
        '"{}::uuid IS NOT NULL"',
        ("tests/security/test_idor.py::test_no_list_shows_anything_of_somebody_else", *LISTS),
    ),
)
PACKED = (
    _api("drafts are read", "packs/queries", "    if published:\n", "    if False:\n", PACKS),
    _api("drafts are listed", "packs/routes", "        conditions.add(queries.PUBLISHED)\n", "", PACKS),
    _api(
        "drafts are taken over",
        "packs/routes",
        "Viewer(visit.owner_id), published=True)",
        "Viewer(visit.owner_id), published=False)",
        PACKS,
    ),
    Mutant(
        "lexicon: hidden words are taken over",
        "shared/learning/packs.py",
        " AND word.hidden_at IS NULL ORDER BY part.position",
        " ORDER BY part.position",
        PACKS,
    ),
    _shared(
        "own words in packs", "packs", "AND language = $2 AND owner_id IS NULL AND", "AND language = $2 AND", PACKING
    ),
    _shared(
        "a pack is published empty",
        "packs",
        "if connection.execute(WORDS, (pack_id,)).fetchone() is None:",
        "if False:",
        PACKING,
    ),
    _shared(
        "a published pack becomes empty",
        "packs",
        'if not after and pack["published_at"] is not None:',
        "if False:",
        PACKING,
    ),
    _api(
        "learners make packs",
        "admin/packs",
        "    opt = ADMIN\n",
        "",
        (OWNED.format("POST /api/admin/packs/{pack_id}/publish"),),
    ),
)
FOUND = (
    _api("known words are paid again", "analyses/routes", "if known is not None:", "if False:", ANALYSES),
    _api("hidden meanings are shown", "analyses/queries", " AND word.hidden_at IS NULL\n", "\n", ANALYSES),
    Mutant(
        "lexicon: what somebody else looked up is paid again",
        "services/generation/tasks.py",
        "        if is_analysed(connection, query):\n",
        "        if False:\n",
        PAID,
    ),
    _shared(
        "own words are told to the writer",
        "analyses",
        "WHERE owner_id IS NULL AND language = $1",
        "WHERE language = $1",
        LOOKED_UP,
    ),
    _shared(
        "the catalogue is overwritten",
        "analyses",
        "excluded.translations || words.translations",
        "words.translations || excluded.translations",
        LOOKED_UP,
    ),
    _shared(
        "hidden words are found",
        "lookup",
        "WHERE hidden_at IS NULL AND (owner_id",
        "WHERE (owner_id",
        ("tests/integration/api/vocab/test_whose_meaning.py",),
    ),
    _shared(
        "a kindred word is no meaning",
        "lookup",
        "(pos, UNKNOWN_POS, KINDRED.get(pos))",
        "(pos, UNKNOWN_POS)",
        ("tests/unit/lexicon/test_lookup.py",),
    ),
    _api(
        "the catalogue is loaded each time", "catalogue/loading", "if before.get(name) == sha256:", "if False:", LOADING
    ),
    _api(
        "unpublished packs come back",
        "catalogue/loading",
        "SET language = excluded.language,",
        "SET published_at = excluded.published_at, language = excluded.language,",
        LOADING,
    ),
    Mutant(
        "lexicon: a lemma that changed gets the old frequency",
        "services/nlp/enrichment.py",
        " AND words.lemma = found.lemma AND",
        " AND",
        ("tests/integration/nlp/test_changed_lemma.py",),
    ),
    Mutant(
        "lexicon: a text that changed gets the old reading",
        "services/nlp/enrichment.py",
        " AND sentences.text = found.text",
        "",
        ENRICHED,
    ),
)
LEXICON = (*VOCABULARY, *LISTED, *PACKED, *FOUND)
