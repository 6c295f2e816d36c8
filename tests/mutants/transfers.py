"""Guards of files on their way in and out."""

from tests.mutants.mutant import Mutant

ARCHIVES = ("tests/unit/nlp/imports/test_archives.py",)
COLLECTIONS = ("tests/unit/nlp/imports/test_collections.py",)
PACKAGES = ("tests/unit/nlp/imports/test_packages.py",)
TABLES = ("tests/unit/nlp/imports/test_tables.py",)
TEXTS = ("tests/unit/nlp/imports/test_plain_text.py",)
MEMORIES = ("tests/unit/nlp/imports/test_memories.py", "tests/unit/nlp/imports/test_review_ids.py")
TATOEBA = ("tests/unit/nlp/imports/test_tatoeba.py",)
BOUNDS = ("tests/unit/nlp/imports/test_report_bounds.py",)
WORDS = ("tests/integration/nlp/test_word_import.py",)
DAMAGE = ("tests/integration/nlp/test_late_damage.py",)
OUT = ("tests/integration/nlp/test_export.py",)
ORDERS = ("tests/integration/api/imports/test_imports.py",)
OWNED = "tests/security/test_idor.py::test_only_the_owner_gets_in[{}]"


def _in(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"import: {name}", f"services/nlp/imports/{file}.py", old, new, tests)


def _out(name: str, file: str, old: str, new: str) -> Mutant:
    return Mutant(f"export: {name}", f"services/nlp/exports/{file}.py", old, new, OUT)


def _api(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"import: {name}", f"services/api/imports/{file}.py", old, new, tests)


UNPACKING = (
    _in("members without end", "archives", "            if size > bound:\n", "            if False:\n", ARCHIVES),
    _in(
        "any ratio",
        "archives",
        "bound = min(most, max(FREE, MOST_RATIO",
        "bound = max(most, max(FREE, MOST_RATIO",
        ARCHIVES,
    ),
    _in("media without end", "archives", "if size > MOST_ALTOGETHER:", "if False:", ARCHIVES),
    _in("directories without end", "archives", "if length > MOST_DIRECTORY:", "if False:", ARCHIVES),
    _in("too many members", "archives", "if len(members) > MOST_MEMBERS:", "if False:", ARCHIVES),
    _in("names that climb", "archives", "NAMES.fullmatch(name)", "NAMES.search(name)", ARCHIVES),
    _in("a name twice", "archives", "if odd or len(set(names)) != len(names):", "if odd:", ARCHIVES),
    _in("encrypted members", "archives", "member.flag_bits & ENCRYPTED", "member.flag_bits & 0", ARCHIVES),
    _in("the stub is the deck", "packages", "if version > MOST_VERSION or (", "if False and (", PACKAGES),
    _in(
        "the oldest collection first",
        "packages",
        'NEWEST_FIRST = ("collection.anki21b", "collection.anki21", "collection.anki2")',
        'NEWEST_FIRST = ("collection.anki2", "collection.anki21", "collection.anki21b")',
        PACKAGES,
    ),
    _in(
        "views and virtual tables",
        "collections",
        "for odd in (UNREAL, COMPUTED):",
        "for odd in (COMPUTED,):",
        COLLECTIONS,
    ),
    _in("computed columns", "collections", "for odd in (UNREAL, COMPUTED):", "for odd in (UNREAL,):", COLLECTIONS),
    _in(
        "values without end",
        "collections",
        "SQLITE_LIMIT_LENGTH, MOST_VALUE)",
        "SQLITE_LIMIT_LENGTH, 2**30)",
        COLLECTIONS,
    ),
    _in("cards without end", "collections", "if len(notes[note].cards) == MOST_CARDS:", "if False:", COLLECTIONS),
    _in(
        "reviews without end",
        "collections",
        "            _keep_newest(each.reviews)\n",
        "            pass\n",
        COLLECTIONS,
    ),
    _in(
        "long notes all at once",
        "collections",
        "            if size > MOST_TEXT:\n",
        "            if False:\n",
        COLLECTIONS,
    ),
    _in(
        "damaged decks are half taken in",
        "deck_import",
        "        _require_readable(collection, run.watch)\n",
        "",
        DAMAGE,
    ),
    _in(
        "damaged media are found too late",
        "deck_import",
        "        archives.require_intact(archive, run.watch)\n",
        "",
        DAMAGE,
    ),
    _in("pictures that run scripts", "deck_import", ' or kind == "image/svg+xml"', "", DAMAGE),
)
READING = (
    _in("fields without end", "tables", "csv.field_size_limit(LONGEST_FIELD)", "csv.field_size_limit(2**30)", TABLES),
    _in(
        "lines without end", "tables", 'if len(line) == LONGEST_LINE and not line.endswith("\\n"):', "if False:", TABLES
    ),
    _in("scripts are text", "plain_text", 'clean_content_tags={"script", "style"}', "clean_content_tags=set()", TEXTS),
    _in("texts without end", "plain_text", ".strip()[:LONGEST]", ".strip()", TEXTS),
    _in("media elsewhere", "plain_text", 'if "/" not in name and "\\\\" not in name', "if name", TEXTS),
    _in(
        "a row is another word each time",
        "words",
        "id=uuid5(job_id, str(number))",
        "id=uuid5(job_id, str(object()))",
        WORDS,
    ),
    _in(
        "tables are half taken in",
        "word_import",
        "            total = sum(1 for _ in rows)\n",
        "            total = 0\n",
        WORDS,
    ),
    _in(
        "broken rows are not told",
        "word_import",
        '            report.add(row, error.outcome, " | ".join(cells), error.reason)\n',
        "            del error\n",
        WORDS,
    ),
    _in("reports without end", "reports", "if len(line) <= self._left:", "if True:", BOUNDS),
    _in("reviews of the future", "notes", "if each.reviewed_at <= now)", "if each)", MEMORIES),
    _in("last reviews of the future", "memories", "return min(last, now)", "return last", MEMORIES),
    _in(
        "reviews are others each time",
        "memories",
        'id=uuid5(ANKI, f"{guid}/{card.ord}/{milliseconds}")',
        'id=uuid5(ANKI, f"{guid}/{card.ord}/{number}")',
        MEMORIES,
    ),
    _in("what was moved by hand is an answer", "memories", " and each[3] in STATES]", "]", MEMORIES),
    _in("recordings without a licence", "tatoeba", ' or line[2] in {"", "\\\\N"}', "", TATOEBA),
)
ORDERING = (
    _api(
        "uploads without end",
        "uploads",
        "        if size > min(most, room):\n",
        "        if size > 9 * min(most, room):\n",
        (
            "tests/integration/api/imports/test_imports.py::test_too_much_is_refused_while_it_comes_and_nothing_of_it_stays",
        ),
    ),
    _api(
        "what is too much stays",
        "uploads",
        "        await _forget(blobs, owner_id, upload_id, pieces)\n",
        "",
        ORDERS,
    ),
    _api("uploads that are not there", "uploads", "if await asked(blobs.size, key) is None:", "if False:", ORDERS),
    Mutant(
        "import: anybody's upload",
        "shared/learning/transfers.py",
        'return f"uploads/{owner_id}/"',
        'return "uploads/" if owner_id else ""',
        ("tests/integration/api/imports/test_imports.py::test_somebody_elses_upload_or_pair_is_not_there",),
    ),
    _api(
        "learners bring sentences in",
        "orders",
        "    if not admin:\n",
        "    if False:\n",
        ("tests/integration/api/imports/test_imports.py::test_sentences_are_for_admins",),
    ),
    _api(
        "anybody's import",
        "results",
        "WHERE job.id = $1 AND job.owner_id = $2 AND",
        "WHERE job.id = $1 AND $2::uuid IS NOT NULL AND",
        (OWNED.format("GET /api/imports/{job_id}"), OWNED.format("GET /api/exports/{job_id}")),
    ),
    _api("imports are exports", "results", " AND job.kind = ANY($3::text[])", " AND $3::text[] IS NOT NULL", ORDERS),
    _api(
        "anybody's latest export",
        "results",
        "WHERE owner_id = $1 AND kind = $2",
        "WHERE $1::uuid IS NOT NULL AND kind = $2",
        ("tests/integration/api/imports/test_imports.py::test_asking_twice_for_all_that_is_kept_asks_for_the_same",),
    ),
)
EXPORTING = (
    _out(
        "formulas for spreadsheets", "archive", 'return f"\'{text}" if text.startswith(RISKY) else text', "return text"
    ),
    _out(
        "everybody's rows",
        "gathering",
        "FROM {table} WHERE owner_id = $1 AND",
        "FROM {table} WHERE $1::uuid IS NOT NULL AND",
    ),
    _out(
        "everybody's bank",
        "gathering",
        "WHERE entry.owner_id = $1 AND entry.id > $2",
        "WHERE $1::uuid IS NOT NULL AND entry.id > $2",
    ),
    Mutant(
        "export: everybody's lists",
        "services/nlp/exports/gathering.py",
        "FROM word_lists WHERE owner_id = $1 ORDER",
        "FROM word_lists WHERE $1::uuid IS NOT NULL ORDER",
        ("tests/integration/nlp/test_export_lists.py",),
    ),
    Mutant(
        "export: what was taken back goes out",
        "services/nlp/exports/gathering.py",
        " AND undone_at IS NULL ORDER BY reviewed_at",
        " ORDER BY reviewed_at",
        ("tests/integration/nlp/test_export_left_out.py",),
    ),
    Mutant(
        "export: what has no meaning goes out",
        "services/nlp/exports/learnt.py",
        'LEFT_OUT = frozenset({"pending_sense"})',
        "LEFT_OUT = frozenset[str]()",
        ("tests/integration/nlp/test_export_left_out.py",),
    ),
)
TRANSFERS = (*UNPACKING, *READING, *ORDERING, *EXPORTING)
