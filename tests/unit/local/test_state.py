"""Where servers keep their files, for root and for others, and what `make clean` deletes."""

import os
from pathlib import Path

import pytest

from deploy.local.state import UnreachableStateError, remove, server_folder


@pytest.fixture
def reachable(tmp_path: Path) -> Path:
    """A folder that every account can enter, as far as this test's own folders go."""
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == os.geteuid() and not path.stat().st_mode & 0o001:
            path.chmod(0o711)
    return tmp_path


def test_an_ordinary_users_files_stay_in_the_checkout(tmp_path: Path) -> None:
    folder = server_folder(tmp_path, {"PARLANCE_STATE": "/elsewhere"}, root=False)
    assert folder == tmp_path / ".parlance"
    assert folder.is_dir()


def test_roots_files_lie_where_every_account_may_go(reachable: Path) -> None:
    checkout = reachable / "hidden" / "checkout"
    checkout.mkdir(parents=True, mode=0o700)
    before = os.umask(0o077)
    try:
        folder = server_folder(checkout, {"PARLANCE_STATE": str(reachable / "deep" / "state")}, root=True)
    finally:
        os.umask(before)
    assert folder.parent == reachable / "deep" / "state"
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent, folder.parent.parent)} == {0o755}
    assert (checkout / ".parlance" / "state").read_text() == f"{folder}\n"


def test_two_checkouts_have_two_folders(reachable: Path) -> None:
    environment = {"PARLANCE_STATE": str(reachable / "state")}
    folders = {server_folder(reachable / name, environment, root=True) for name in ("one", "two")}
    assert len(folders) == 2
    assert server_folder(reachable / "one", environment, root=True) in folders


def test_a_folder_that_postgres_could_not_reach_is_refused_in_words(reachable: Path) -> None:
    closed = reachable / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(UnreachableStateError, match=f"cannot enter {closed}.*PARLANCE_STATE"):
        server_folder(reachable / "checkout", {"PARLANCE_STATE": str(closed / "state")}, root=True)


def test_clean_deletes_both_folders_and_nothing_beside_them(reachable: Path) -> None:
    checkout = reachable / "checkout"
    folder = server_folder(checkout, {"PARLANCE_STATE": str(reachable / "state")}, root=True)
    (folder / "postgres").mkdir()
    beside = folder.parent / "of another checkout"
    beside.mkdir()
    remove(checkout)
    assert not folder.exists()
    assert not (checkout / ".parlance").exists()
    assert beside.is_dir()


def test_clean_deletes_no_folder_that_was_not_made_here(reachable: Path) -> None:
    checkout = reachable / "checkout"
    (checkout / ".parlance").mkdir(parents=True)
    precious = reachable / "precious"
    precious.mkdir()
    (checkout / ".parlance" / "state").write_text(f"{precious}\n")
    remove(checkout)
    assert precious.is_dir()
    assert not (checkout / ".parlance").exists()


def test_clean_of_a_clean_checkout_does_nothing(tmp_path: Path) -> None:
    remove(tmp_path)
    assert list(tmp_path.iterdir()) == []
