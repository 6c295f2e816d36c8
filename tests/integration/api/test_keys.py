from uuid import UUID

import pytest

from services.api import keys
from services.api.auth import secret_hash
from tests.integration.api.conftest import Api


def made(capsys: pytest.CaptureFixture[str], url: str, *arguments: str) -> str:
    """The key that the command prints."""
    capsys.readouterr()  # what was logged before
    assert keys.main(["create", "--name", "laptop", *arguments], {"DATABASE_URL": url}) == 0
    (key,) = capsys.readouterr().out.splitlines()
    return key


async def test_new_key_opens_the_owners_data(api: Api, clean_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    job_id = (await api.order()).json()["id"]
    key = made(capsys, clean_database, "--owner", str(api.key.owner_id))
    assert key.startswith("pk_")
    path = f"/api/jobs/{job_id}"
    assert (await api.theirs.get(path, headers={"Authorization": f"Bearer {key}"})).status_code == 200
    assert (await api.theirs.get(path)).status_code == 404


async def test_key_without_an_owner_has_a_new_one(
    api: Api, clean_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = (await api.order()).json()["id"]
    key = made(capsys, clean_database)
    answer = await api.theirs.get(f"/api/jobs/{job_id}", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 404


async def test_only_the_hash_of_a_key_is_stored(
    api: Api, clean_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = made(capsys, clean_database)
    row = api.engine.connection.execute("SELECT * FROM api_keys WHERE name = 'laptop'").fetchone()
    assert row is not None
    assert row["key_hash"] == secret_hash(key)
    assert row["prefix"] == key[:11]
    assert key not in str(row)
    assert isinstance(row["owner_id"], UUID)


async def test_revoked_key_is_refused(api: Api) -> None:
    api.engine.connection.execute("UPDATE api_keys SET revoked_at = clock_timestamp() WHERE id = $1", (api.key.id,))
    assert (await api.mine.get("/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f")).status_code == 401


def test_command_without_a_database_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert keys.main(["create", "--name", "laptop"], {}) == 2
    assert "DATABASE_URL is not set" in capsys.readouterr().err


def test_command_says_when_the_database_is_away(capsys: pytest.CaptureFixture[str]) -> None:
    away = {"DATABASE_URL": "postgresql://me:swordfish@127.0.0.1:1/nowhere"}
    assert keys.main(["create", "--name", "laptop"], away) == 1
    said = capsys.readouterr()
    assert "does not answer" in said.err
    assert "swordfish" not in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("arguments", "role", "scopes"),
    [([], "student", ["read", "write"]), (["--admin"], "admin", ["admin", "read", "write"])],
)
async def test_admin_key_is_an_admins(
    api: Api,
    clean_database: str,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    role: str,
    scopes: list[str],
) -> None:
    caller = await api.resources.key_ring.caller(made(capsys, clean_database, *arguments))
    assert caller is not None
    assert (caller.role, sorted(caller.scopes)) == (role, scopes)


async def test_owner_of_an_admin_key_becomes_an_admin_and_no_other_key_does(
    api: Api, clean_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made(capsys, clean_database, "--owner", str(api.key.owner_id), "--admin")
    caller = await api.resources.key_ring.caller(api.key.key)
    assert caller is not None
    assert (caller.role, sorted(caller.scopes)) == ("admin", ["read", "write"])


@pytest.mark.parametrize("column", ["id", "prefix"])
async def test_key_is_revoked_by_id_or_prefix(
    api: Api, clean_database: str, capsys: pytest.CaptureFixture[str], column: str
) -> None:
    key = made(capsys, clean_database)
    rows = api.engine.connection.execute("SELECT id::text, prefix FROM api_keys WHERE name = 'laptop'").fetchall()
    assert keys.main(["revoke", rows[0][column]], {"DATABASE_URL": clean_database}) == 0
    assert "is revoked" in capsys.readouterr().err
    assert await api.resources.key_ring.caller(key) is None
    assert await api.resources.key_ring.caller(api.key.key) is not None
    assert keys.main(["revoke", rows[0][column]], {"DATABASE_URL": clean_database}) == 1
    assert "no such key" in capsys.readouterr().err


async def test_part_of_a_prefix_revokes_nothing(
    api: Api, clean_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("pk_", "", "%", "'; DELETE FROM api_keys; --"):
        assert keys.main(["revoke", text], {"DATABASE_URL": clean_database}) == 1
    capsys.readouterr()
    assert await api.resources.key_ring.caller(api.key.key) is not None
