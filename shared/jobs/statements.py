"""The engine's SQL: one named file a statement in `sql/`, with `$1` placeholders that psycopg and asyncpg both run."""

from importlib.resources import files

SQL: dict[str, str] = {
    file.name.removesuffix(".sql"): file.read_text(encoding="utf-8")
    for file in files("shared.jobs").joinpath("sql").iterdir()
    if file.name.endswith(".sql")
}
