import json

import httpx
import pytest

from services.cli import profile
from tests.support.cli_server import KEY, ME, URL, CommandLine, FakeServer, problem

LOGIN, LOGOUT, KEYS = "/api/auth/login", "/api/auth/logout", "/api/auth/keys"


@pytest.fixture(autouse=True)
def _signing_in(server: FakeServer) -> None:
    server.answers["POST", LOGIN] = lambda _: httpx.Response(200, json={"access_token": "token"})
    server.answers["POST", KEYS] = lambda _: httpx.Response(201, json={"id": "key-1", "key": KEY})
    server.answers["POST", LOGOUT] = lambda _: httpx.Response(204)
    server.answers["DELETE", f"{KEYS}/key-1"] = lambda _: httpx.Response(204)


def sign_in(parlance: CommandLine, *more: str) -> None:
    arguments = ("login", "--url", f"{URL}/", "--email", "ada@example.org", "--password-stdin", *more)
    ended = parlance(*arguments, given="secret\n")
    assert ended.exit_code == 0, ended.stderr


def test_signing_in_keeps_a_key_for_the_owner_only(stranger: CommandLine, server: FakeServer) -> None:
    sign_in(stranger)
    path = stranger.folder / "settings" / "profile.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_bytes()) == {"url": URL, "key": KEY, "key_id": "key-1", "email": "ada@example.org"}
    assert json.loads(server.asked(KEYS)[0].content) == {"name": "parlance on laptop", "scopes": ["read", "write"]}
    assert server.asked(LOGOUT)[0].headers["Authorization"] == "Bearer token", "the sign-in itself is given back"
    assert stranger("whoami").exit_code == 0
    assert server.requests[-1].headers["Authorization"] == f"Bearer {KEY}"


def test_an_admin_asks_for_the_scope(stranger: CommandLine, server: FakeServer) -> None:
    sign_in(stranger, "--admin")
    assert json.loads(server.asked(KEYS)[0].content)["scopes"] == ["read", "write", "admin"]


def test_a_wrong_password_keeps_nothing(stranger: CommandLine, server: FakeServer) -> None:
    server.answers["POST", LOGIN] = lambda _: problem(401, "wrong_credentials", "E-mail or password is wrong.")
    arguments = ("login", "--url", URL, "--email", "a@b.org", "--password-stdin")
    ended = stranger(*arguments, given="secret\n")
    assert ended.exit_code == 4
    assert ended.stderr == "E-mail or password is wrong. (wrong_credentials, request req-1)\n"
    assert not (stranger.folder / "settings").exists()


def test_a_given_key_is_tried_before_it_is_kept(stranger: CommandLine, server: FakeServer) -> None:
    assert stranger("login", "--url", URL, "--key-stdin", given=f"{KEY}\n").exit_code == 0
    assert profile.stored(stranger.folder / "settings") == profile.Profile(url=URL, key=KEY, email="ada@example.org")
    server.answers["GET", "/api/auth/me"] = lambda _: problem(401, "unauthenticated")
    assert stranger("login", "--url", URL, "--key-stdin", given="pk_other\n").exit_code == 4
    assert profile.current({}, stranger.folder / "settings").key == KEY


def test_an_account_without_an_address_is_called_by_its_name(stranger: CommandLine, server: FakeServer) -> None:
    me = ME | {"email": None, "name": "night job"}
    server.answers["GET", "/api/auth/me"] = lambda _: httpx.Response(200, json=me)
    assert "You are night job at" in stranger("login", "--url", URL, "--key-stdin", given=f"{KEY}\n").stderr
    assert stranger("whoami").stdout.startswith("night job (student)")


@pytest.mark.parametrize(("size", "told"), [(2 * 1024**3, "2 GB of files"), (1024**3 // 4, "0.25 GB of files")])
def test_the_plans_limits_are_told(stranger: CommandLine, server: FakeServer, size: int, told: str) -> None:
    sign_in(stranger)
    plan = {"name": "free", "requests_per_minute": 60, "storage_bytes": size}
    server.answers["GET", "/api/auth/me"] = lambda _: httpx.Response(200, json=ME | {"plan": plan})
    assert stranger("whoami").stdout.endswith(f"Plan free: 60 requests per minute, {told}\n")


def test_signing_out_revokes_the_key_and_forgets_it(stranger: CommandLine, server: FakeServer) -> None:
    sign_in(stranger)
    assert stranger("logout", "--password-stdin", given="secret\n").exit_code == 0
    assert [request.method for request in server.asked(f"{KEYS}/key-1")] == ["DELETE"]
    ended = stranger("whoami")
    assert ended.exit_code == 4
    assert "not signed in" in ended.stderr


def test_a_key_goes_only_to_the_server_it_was_made_for(stranger: CommandLine, server: FakeServer) -> None:
    sign_in(stranger)
    asked = len(server.requests)
    elsewhere = CommandLine(server, stranger.folder, PARLANCE_URL="https://elsewhere.example.org")
    assert elsewhere("whoami").exit_code == 4
    assert len(server.requests) == asked


def test_variables_win_over_the_file(stranger: CommandLine, server: FakeServer) -> None:
    sign_in(stranger)
    other = CommandLine(server, stranger.folder, PARLANCE_URL="https://other.example.org", PARLANCE_API_KEY="pk_other")
    assert other("whoami").exit_code == 0
    assert server.requests[-1].url.host == "other.example.org"
    assert server.requests[-1].headers["Authorization"] == "Bearer pk_other"


@pytest.mark.parametrize("url", ["parlance.example.org", "ftp://x", "https://user@x", "https://x:y", "http://", "a\nb"])
def test_what_is_no_address_is_refused(stranger: CommandLine, server: FakeServer, url: str) -> None:
    ended = stranger("login", "--url", url, "--email", "a@b.org", "--password-stdin", given="secret\n")
    assert ended.exit_code == 2
    assert server.requests == []


def test_a_damaged_profile_is_a_sentence(stranger: CommandLine) -> None:
    (stranger.folder / "settings").mkdir()
    (stranger.folder / "settings" / "profile.json").write_text("{")
    ended = stranger("whoami")
    assert ended.exit_code == 1
    assert "is damaged" in ended.stderr


def test_a_refused_key_leaves_no_session_behind(stranger: CommandLine, server: FakeServer) -> None:
    server.answers["POST", KEYS] = lambda _: problem(403, "forbidden", "Only an admin may.")
    arguments = ("login", "--url", URL, "--admin", "--email", "a@b.org", "--password-stdin")
    assert stranger(*arguments, given="secret\n").exit_code == 4
    assert len(server.asked(LOGOUT)) == 1


def test_a_key_that_cannot_be_kept_is_revoked(stranger: CommandLine, server: FakeServer) -> None:
    (stranger.folder / "settings").write_text("a file where a folder should be")
    ended = stranger("login", "--url", URL, "--email", "a@b.org", "--password-stdin", given="secret\n")
    assert ended.exit_code == 1
    assert "settings" in ended.stderr
    assert [request.method for request in server.asked(f"{KEYS}/key-1")] == ["DELETE"]
    assert len(server.asked(LOGOUT)) == 1


def test_signing_in_again_revokes_the_key_that_it_replaces(stranger: CommandLine, server: FakeServer) -> None:
    sign_in(stranger)
    server.answers["POST", KEYS] = lambda _: httpx.Response(201, json={"id": "key-2", "key": "pk_second"})
    sign_in(stranger)
    (revoked,) = [request for request in server.requests if request.method == "DELETE"]
    assert (revoked.url.path, revoked.headers["Authorization"]) == (f"{KEYS}/key-1", "Bearer token")
    assert profile.current({}, stranger.folder / "settings").key == "pk_second"


def test_a_key_of_another_account_or_server_is_left_alone(stranger: CommandLine, server: FakeServer) -> None:
    folder = stranger.folder / "settings"
    for url, email in (("https://other.example.org", "ada@example.org"), (URL, "bob@example.org")):
        profile.store(folder, profile.Profile(url=url, key="pk_first", key_id="key-1", email=email))
        sign_in(stranger)
    assert [request for request in server.requests if request.method == "DELETE"] == []


@pytest.mark.parametrize(("status", "said"), [(404, False), (403, True)])
def test_an_old_key_that_cannot_be_revoked_keeps_nobody_out(
    stranger: CommandLine, server: FakeServer, status: int, *, said: bool
) -> None:
    sign_in(stranger)
    server.answers["DELETE", f"{KEYS}/key-1"] = lambda _: problem(status, "no")
    server.answers["POST", KEYS] = lambda _: httpx.Response(201, json={"id": "key-2", "key": "pk_second"})
    arguments = ("login", "--url", URL, "--email", "ada@example.org", "--password-stdin")
    ended = stranger(*arguments, given="secret\n")
    assert ended.exit_code == 0
    assert ("key-1" in ended.stderr) is said
    assert len(server.asked(LOGOUT)) == 2


def test_signing_in_mends_a_damaged_profile(stranger: CommandLine) -> None:
    (stranger.folder / "settings").mkdir()
    (stranger.folder / "settings" / "profile.json").write_text("{")
    sign_in(stranger)
    assert stranger("whoami").exit_code == 0
