import pytest

from services.api.accounts.__main__ import main
from tests.integration.api.accounts.conftest import EMAIL, Door


def state(door: Door) -> tuple[str, str, bool]:
    (row,) = door.sql("SELECT role, plan, disabled_at IS NOT NULL AS disabled FROM accounts WHERE email IS NOT NULL")
    return row["role"], row["plan"], row["disabled"]


@pytest.mark.usefixtures("ada")
async def test_operator_changes_what_is_named(door: Door, clean_database: str) -> None:
    env = {"DATABASE_URL": clean_database}
    assert main(["set", "ADA@example.org", "--role", "admin", "--plan", "premium"], env) == 0
    assert state(door) == ("admin", "premium", False)
    assert main(["set", EMAIL, "--disable"], env) == 0
    assert state(door) == ("admin", "premium", True)
    assert main(["set", EMAIL, "--role", "tutor"], env) == 0
    assert state(door) == ("tutor", "premium", True)
    assert main(["set", EMAIL, "--enable"], env) == 0
    assert state(door) == ("tutor", "premium", False)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["grace@example.org", "--role", "admin"], 1, "no account"),
        (["nobody", "--role", "admin"], 2, "no e-mail address"),
        ([EMAIL, "--plan", "gold"], 2, "no plan 'gold'"),
    ],
)
@pytest.mark.usefixtures("ada")
async def test_what_cannot_be_done_is_said(
    door: Door,
    clean_database: str,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    assert main(["set", *arguments], {"DATABASE_URL": clean_database}) == code
    assert said in capsys.readouterr().err
    assert state(door) == ("student", "free", False)


@pytest.mark.parametrize(
    "arguments", [["set"], ["set", EMAIL, "--role", "king"], ["set", EMAIL, "--disable", "--enable"]]
)
def test_command_that_makes_no_sense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments, {})


def test_command_says_what_is_missing_or_away(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["set", EMAIL], {}) == 2
    assert "DATABASE_URL is not set" in capsys.readouterr().err
    assert main(["set", EMAIL], {"DATABASE_URL": "postgresql://me:swordfish@127.0.0.1:1/nowhere"}) == 1
    said = capsys.readouterr().err
    assert "does not answer" in said
    assert "swordfish" not in said
