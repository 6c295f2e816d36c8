"""What `make up` remembers."""

from pathlib import Path

import msgspec

from deploy.local.memory import Memory, new_token_keys, remember

MEMORY = Memory(
    ports={"api": 4}, redis_password="rp", s3_access_key="ak", s3_secret_key="sk", flower_password="fp", api_key="pk"
)


def test_secrets_are_readable_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "stack.json"
    remember(file, MEMORY)
    remember(file, MEMORY)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["stack.json"]


def test_each_stack_signs_with_a_key_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    other = msgspec.structs.replace(MEMORY, token_keys=new_token_keys())
    assert other.token_keys != MEMORY.token_keys
    remember(tmp_path / "stack.json", MEMORY)
    assert msgspec.json.decode((tmp_path / "stack.json").read_bytes(), type=Memory) == MEMORY


def test_memory_of_an_older_stack_gets_one() -> None:
    old = msgspec.to_builtins(MEMORY)
    del old["token_keys"]
    assert msgspec.convert(old, Memory).token_keys.startswith("local:")
