"""Looking at screens."""

import pytest

from services.api.database import Database, Row


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that the API has sent to Postgres."""
    sent: list[str] = []
    row, rows = Database.row, Database.rows

    async def counted_row(database: Database, sql: str, *arguments: object) -> Row | None:
        sent.append(sql)
        return await row(database, sql, *arguments)

    async def counted_rows(database: Database, sql: str, *arguments: object) -> list[Row]:
        sent.append(sql)
        return await rows(database, sql, *arguments)

    monkeypatch.setattr(Database, "row", counted_row)
    monkeypatch.setattr(Database, "rows", counted_rows)
    return sent
