"""`parlance register`, `login`, `logout`, `whoami`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli import profile
from services.cli.exits import NOT_FOUND, WRONG, StopError
from services.cli.options import AsJson
from services.cli.shell import Shell, screen_of, shell_of

if TYPE_CHECKING:
    from services.cli.api import Api
    from services.cli.screen import Screen

Url = Annotated[str | None, typer.Option("--url", help="The server's address.")]
Email = Annotated[str | None, typer.Option("--email", help="Who you are; asked for if not given.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from the standard input.")]
KeyStdin = Annotated[bool, typer.Option("--key-stdin", help="Keep an API key from the standard input instead.")]
Admin = Annotated[bool, typer.Option("--admin", help="The key may do what an admin may (parlance ops).")]
Name = Annotated[str | None, typer.Option("--name", help="How you want to be called; asked for if not given.")]
NativeLanguage = Annotated[str | None, typer.Option("--native", help="Your own language, as en.")]
KeepKey = Annotated[bool, typer.Option("--keep-key", help="Forget the key here without revoking it.")]


def register(
    context: typer.Context,
    *,
    url: Url = None,
    email: Email = None,
    name: Name = None,
    native: NativeLanguage = None,
    password_stdin: FromStdin = False,
) -> None:
    """Make an account, and sign in."""
    shell, screen = shell_of(context), screen_of()
    server = profile.server_of(shell.environ, shell.settings, url)
    address = email or typer.prompt("E-mail", err=True)
    body = {"email": address, "name": name or typer.prompt("Name", err=True)}
    body["password"] = _password(again=True, from_stdin=password_stdin)
    if native:
        body["native_language"] = native
    with shell.api_at(server, None, screen) as api:
        token = api.post("/api/auth/register", body)["access_token"]
    _keep_new_key(shell, screen, (server, address, token), ["read", "write"])


def login(
    context: typer.Context,
    *,
    url: Url = None,
    email: Email = None,
    password_stdin: FromStdin = False,
    key_stdin: KeyStdin = False,
    admin: Admin = False,
) -> None:
    """Sign in: makes an API key named for this machine and keeps it in a file that only you can read."""
    shell, screen = shell_of(context), screen_of()
    server = profile.server_of(shell.environ, shell.settings, url)
    if key_stdin:
        _keep_given_key(shell, screen, server)
        return
    address = email or typer.prompt("E-mail", err=True)
    body = {"email": address, "password": _password(from_stdin=password_stdin)}
    if profile.unsafe(server):
        screen.say(f"Warning: {server} is not encrypted; whoever is on the way can read your password.")
    with shell.api_at(server, None, screen) as api:
        token = api.post("/api/auth/login", body)["access_token"]
    _keep_new_key(shell, screen, (server, address, token), ["read", "write", *(["admin"] if admin else [])])


def _keep_given_key(shell: Shell, screen: "Screen", server: str) -> None:
    key = profile.checked_key(sys.stdin.readline())
    with shell.api_at(server, key, screen) as api:
        me = api.get("/api/auth/me")
    path = profile.store(shell.settings, profile.Profile(url=server, key=key, email=me.get("email")))
    screen.say(f"You are {_called(me)} at {server}. The key is in {path}.")


def _keep_new_key(shell: Shell, screen: "Screen", signed_in: tuple[str, str, str], scopes: list[str]) -> None:
    """The access token makes a key and is given back: a stolen profile cannot make other keys.

    The key that this replaces in the profile is revoked: nobody would know of it. Others of the same name are left
    alone: another machine of that name may use them.
    """
    server, email, token = signed_in
    before = _replaced(shell, server, email)
    with shell.api_at(server, token, screen) as api:
        try:
            made = api.post("/api/auth/keys", {"name": f"parlance on {shell.machine}"[:100], "scopes": scopes})
            who = profile.Profile(url=server, key=str(made["key"]), key_id=str(made["id"]), email=email)
            path = _stored(api, shell, who)
            if before is not None:
                _revoke_replaced(api, screen, before)
        finally:
            api.post("/api/auth/logout")
    screen.say(f"You are {email} at {server}. The key is in {path}.")


def _replaced(shell: Shell, server: str, email: str) -> str | None:
    """The id of the key that an earlier login of the same account at the same server left here."""
    try:
        who = profile.stored(shell.settings)
    except (StopError, OSError):  # damaged: signing in again is what mends it
        return None
    return who.key_id if who is not None and (who.url, who.email) == (server, email) else None


def _revoke_replaced(api: "Api", screen: "Screen", key_id: str) -> None:
    try:
        _revoke(api, key_id)
    except StopError as stop:
        screen.say(f"The key of the last login ({key_id}) could not be revoked and is still good.", *stop.sentences)


def _stored(api: "Api", shell: Shell, who: profile.Profile) -> Path:
    """A key that cannot be kept, the disk being full, is revoked: nobody would know of it."""
    try:
        return profile.store(shell.settings, who)
    except OSError:
        api.delete(f"/api/auth/keys/{who.key_id}")
        raise


def logout(context: typer.Context, *, keep_key: KeepKey = False, password_stdin: FromStdin = False) -> None:
    """Revoke this machine's key, for which your password is needed, and forget it."""
    shell, screen = shell_of(context), screen_of()
    who = profile.stored(shell.settings)
    if who is None:
        screen.say("You are not signed in.")
        return
    if who.key_id and not keep_key:
        password = _password(from_stdin=password_stdin)
        with shell.api_at(who.url, None, screen) as api:
            token = api.post("/api/auth/login", {"email": who.email, "password": password})["access_token"]
        with shell.api_at(who.url, token, screen) as api:
            _revoke(api, who.key_id)
            api.post("/api/auth/logout")
    profile.forget(shell.settings)
    screen.say("The key is revoked and forgotten." if who.key_id and not keep_key else "The key is forgotten here.")


def _revoke(api: "Api", key_id: str) -> None:
    """That it was revoked already is no error."""
    try:
        api.delete(f"/api/auth/keys/{key_id}")
    except StopError as stop:
        if stop.code != NOT_FOUND:
            raise


def whoami(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Show the account, its plan and the server."""
    shell, screen = shell_of(context), screen_of(as_json=as_json)
    with shell.api(screen) as api:
        me = api.get("/api/auth/me")
    screen.document({"server": api.url} | me)
    plan = me.get("plan") or {}
    screen.put(f"{_called(me)} ({me.get('role')}) at {api.url}", f"Plan {plan.get('name')}: {_allowed(plan)}")


def _allowed(plan: dict[str, Any]) -> str:
    """The plan's limits; files in GB of 1024**3 bytes, as plans are made."""
    limits = ("requests_per_minute", "orders_per_minute", "batch_items")
    told = [f"{plan[limit]} {limit.replace('_', ' ')}" for limit in limits if limit in plan]
    if "storage_bytes" in plan:
        told.append(f"{round(plan['storage_bytes'] / 1024**3, 2):g} GB of files")
    return ", ".join(told)


def _called(me: dict[str, Any]) -> str:
    """An account that an operator made for a program has no address."""
    return str(me.get("email") or me.get("name"))


def _password(*, from_stdin: bool, again: bool = False) -> str:
    """The password, never shown and never an argument that other processes could see."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise StopError(WRONG, "There is no terminal to ask for the password: use --password-stdin.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=again, err=True))
