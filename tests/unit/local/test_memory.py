"""What `make up` remembers."""

from pathlib import Path

from deploy.local.memory import Memory, remember

MEMORY = Memory(
    ports={"api": 4}, redis_password="rp", s3_access_key="ak", s3_secret_key="sk", flower_password="fp", api_key="pk"
)


def test_secrets_are_readable_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "stack.json"
    remember(file, MEMORY)
    remember(file, MEMORY)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["stack.json"]
